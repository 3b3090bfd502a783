"""What other parts of the product do for a credential, called by name so that each can arrive on its own."""

from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from experts.models import Credential


def _named(path: str) -> Any:
    try:
        return import_string(path)
    except ImportError:
        return None


def has_files(credential: Credential, since: datetime | None = None) -> bool:
    """Whether a file stands behind this credential, or was added since then."""
    evidence_of = _named("experts.queries.evidence.evidence_of")
    if evidence_of is None:
        return False
    found = evidence_of(credential)
    return bool((found.filter(added_at__gt=since) if since else found).exists())
