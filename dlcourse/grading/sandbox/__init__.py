"""A box for student code as the trusted side holds it: started, proved to hold, spoken with, ended."""
