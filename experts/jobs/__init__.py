"""What happens to people and credentials in the background."""

from experts.jobs import checks, expiry, vouches

__all__ = ["checks", "expiry", "vouches"]
