"""What happens to tasks and answers. One function is one transaction."""
