"""What happens to people and their credentials. One function is one transaction."""
