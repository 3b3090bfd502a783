"""What happens to people and credentials in the background."""

from experts.jobs import conflicts, expiry

__all__ = ["conflicts", "expiry"]
