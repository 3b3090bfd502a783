"""What happens to people and credentials in the background."""

from experts.jobs import checks, conflicts, evidence, expiry, notices, vouches

__all__ = ["checks", "conflicts", "evidence", "expiry", "notices", "vouches"]
