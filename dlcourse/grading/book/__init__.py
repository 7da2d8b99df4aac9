"""What is known of a class: verdicts and what they came to, by the instructor's rules."""
