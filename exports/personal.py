"""What this app holds on a person. See pasiflora.kernel.personal."""

from exports.models import Download, LabMember
from pasiflora.kernel.personal import Holding

HOLDINGS = [
    Holding(
        "labs",
        "Labs that you act for.",
        lambda person: LabMember.objects.filter(user=person),
        shown={"lab": "lab__name", "role": "role", "joined_at": "joined_at"},
        deleted=True,
    ),
    Holding(
        "downloads",
        "Files of releases that you downloaded.",
        lambda person: Download.objects.filter(user=person),
        shown={
            "lab": "release__dataset__lab__name",
            "dataset": "release__dataset__name",
            "release": "release__version",
            "file": "path",
            "part": "range",
            "at": "at",
        },
        kept={"path": "a file of a release", "range": "a part of it, in bytes"},
    ),
]
