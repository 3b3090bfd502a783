"""What happens to people and credentials in the background."""

from experts.jobs import evidence, expiry

__all__ = ["evidence", "expiry"]
