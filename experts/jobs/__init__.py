"""What happens to people and credentials in the background."""

from experts.jobs import expiry

__all__ = ["expiry"]
