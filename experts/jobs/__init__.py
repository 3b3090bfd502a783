"""What happens to people and credentials in the background."""

from experts.jobs import checks, evidence, expiry, vouches

__all__ = ["checks", "evidence", "expiry", "vouches"]
