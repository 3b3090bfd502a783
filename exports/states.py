"""What a release can be, and the legal moves."""

from django.db.models import TextChoices

from pasiflora.kernel.lifecycle import Moves


class ReleaseState(TextChoices):
    """A release is built once; ready is final."""

    REQUESTED = "requested", "Waiting for a worker"
    BUILDING = "building", "Being built"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


_R = ReleaseState
RELEASE_MOVES: Moves[ReleaseState] = {
    # Building again is another worker taking over from one that died.
    _R.REQUESTED: frozenset({_R.BUILDING, _R.FAILED}),
    _R.BUILDING: frozenset({_R.BUILDING, _R.READY, _R.FAILED}),
    _R.FAILED: frozenset({_R.REQUESTED}),
}


class LabRole(TextChoices):
    """What a member may do in a lab."""

    OWNER = "owner", "Owner"
    MEMBER = "member", "Member"
