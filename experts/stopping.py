"""The key in the foot of a mail that stops mail like it, for whoever holds the mail, signed in or not."""

from django.core import signing

from experts.states import NoticeKind

_SALT = "pasiflora.notices.stop"
DAILY = "daily"
"""Instead of a kind, in the foot of a digest: every kind that comes in it."""


def key_for(user_id: int, kind: str) -> str:
    """A signed key. It never ends: mail is read years later, and all that it can do is stop mail."""
    return signing.dumps([user_id, kind], salt=_SALT)


def read_key(key: str) -> tuple[int, str] | None:
    """Whose mail of which kind; None when it was not made here."""
    try:
        user_id, kind = signing.loads(key, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (user_id, kind) if kind == DAILY or kind in NoticeKind.values else None
