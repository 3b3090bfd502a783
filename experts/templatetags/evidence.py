"""What pages say about evidence: its files, its limits, for how long it is kept."""

from django import template
from django.conf import settings

from experts.evidence.limits import MOST_BYTES, WORDS
from experts.models import Credential, Evidence
from experts.queries.evidence import evidence_of
from experts.states import OPEN_TO_EVIDENCE

register = template.Library()


@register.filter
def own_evidence(credential: Credential) -> list[Evidence]:
    """The files of a credential, as its owner sees them. One query."""
    return list(evidence_of(credential))


@register.filter
def takes_evidence(credential: Credential) -> bool:
    """Whether its owner can add and remove files now."""
    return credential.state in OPEN_TO_EVIDENCE


@register.simple_tag
def evidence_limits() -> str:
    """What is taken, in words."""
    return WORDS


@register.simple_tag
def evidence_most_bytes() -> int:
    """Bytes of the largest file, for the browser."""
    return MOST_BYTES


@register.simple_tag
def evidence_grace() -> str:
    """For how long files are kept after the decision: "30 days"."""
    days = settings.EVIDENCE_GRACE_DAYS
    return f"{days} day{'' if days == 1 else 's'}"
