"""Why an answer is wrong, where no known mistake says so: what its results show."""
