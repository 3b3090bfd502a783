"""What happens to reviews and decisions. One function is one transaction."""
