"""What a lab reads with a token."""
