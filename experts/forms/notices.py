"""How a person wants to be told what."""

from collections.abc import Iterable, Mapping

from django import forms
from django.forms import BoundField

from experts.states import NoticeKind, NoticeWay, Role

_K = NoticeKind
GROUPS: dict[str, tuple[Role | None, tuple[NoticeKind, ...]]] = {
    "Writing": (
        None,
        (
            _K.CHANGES_REQUESTED,
            _K.DECISION,
            _K.APPEAL_DECIDED,
            _K.CLAIM_ENDING,
            _K.CLAIM_ENDED,
            _K.TASK_LOOKED_AT,
        ),
    ),
    "Reviewing": (Role.REVIEWER, (_K.REVIEW_ASSIGNED, _K.REVIEW_WAITING, _K.REVIEW_ENDING, _K.REVIEW_DECIDED)),
    "Adjudicating": (Role.ADJUDICATOR, (_K.CASE_WAITING, _K.APPEAL_FILED)),
    "Administration": (Role.ADMIN, (_K.TASK_SET_ASIDE, _K.DOMAIN_SHORT, _K.CASE_STUCK)),
    "Credentials and account": (
        None,
        (
            _K.CREDENTIAL_RULING,
            _K.CREDENTIAL_ENDING,
            _K.CREDENTIAL_ENDED,
            _K.VOUCH_ASKED,
            _K.VOUCH_GIVEN,
            _K.PAUSED,
            _K.REINSTATED,
        ),
    ),
}
"""What stands together on the page, and whose role it takes."""


class NoticeForm(forms.Form):
    """One choice for each kind that this person's roles bring."""

    def __init__(
        self, data: Mapping[str, object] | None, *, held: Iterable[str], ways: Mapping[NoticeKind, NoticeWay]
    ) -> None:
        super().__init__(data)
        self.offered = {name: kinds for name, (role, kinds) in GROUPS.items() if role is None or role in held}
        for kinds in self.offered.values():
            for kind in kinds:
                self.fields[kind.value] = forms.ChoiceField(
                    label=kind.label, choices=NoticeWay.choices, widget=forms.RadioSelect, initial=ways[kind].value
                )

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Heading and fields of each group."""
        return [(name, [self[kind.value] for kind in kinds]) for name, kinds in self.offered.items()]

    def chosen(self) -> dict[NoticeKind, NoticeWay]:
        """What the person chose, once the form is valid."""
        return {NoticeKind(kind): NoticeWay(way) for kind, way in self.cleaned_data.items()}
