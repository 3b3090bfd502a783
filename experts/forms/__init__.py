"""What people fill in about themselves, and admins about people."""
