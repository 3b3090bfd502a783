"""What happens to people and credentials in the background."""

from experts.jobs import checks, conflicts, expiry, vouches

__all__ = ["checks", "conflicts", "expiry", "vouches"]
