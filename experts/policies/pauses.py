"""Whether a person may take new work, or is paused."""

from collections.abc import Iterable

from experts.models import Pause, User
from experts.queries.people import open_pauses
from pasiflora.kernel.errors import NotNow


class Paused(NotNow):
    """You are paused, so you cannot take new work. What you hold you can finish."""

    code = "paused"


def sentence(pause: Pause) -> str:
    """What a pause tells the person it stops."""
    where = f"in {pause.domain.name}" if pause.domain else "everywhere"
    return f"An admin has paused you {where} since {pause.begun_at:%-d %B %Y}: {pause.reason}"


def refuse_if_paused(user: User, held: Iterable[int], working: Iterable[int]) -> None:
    """Raise Paused, with the reason, when of the domains `held` a pause leaves none to work in."""
    if set(held) and not set(working):
        raise Paused(" ".join(sentence(pause) for pause in open_pauses(user)))
