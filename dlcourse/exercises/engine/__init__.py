"""What every exercise is made of: calls, comparison, verdict and its words, and the check in the notebook."""
