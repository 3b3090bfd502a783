"""One door for every change of state: a table of legal moves, and a refusal that says both states."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices

from pasiflora.kernel.errors import TooLate

State = TypeVar("State", bound=TextChoices)
Moves = Mapping[State, frozenset[State]]


class IllegalMove(TooLate):
    """This has already moved on."""

    code = "illegal_move"


def advance(current: str, *, to: State, moves: Moves[State]) -> State:
    """Return `to` when the table allows it from `current`; raise IllegalMove otherwise.

    The caller holds the row lock: `current` is believed.
    """
    state = type(to)(current)
    if to not in moves.get(state, frozenset()):
        raise IllegalMove(f"This is {state.label.lower()} now, so it cannot become {to.label.lower()}.")
    return to
