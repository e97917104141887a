"""What a comment's words say: features, a linear model read in pure Python, and its training."""
