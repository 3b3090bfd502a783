"""What happens to people and credentials in the background."""

from experts.jobs import expiry, vouches

__all__ = ["expiry", "vouches"]
