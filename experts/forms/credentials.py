"""What a person says about themselves, saved as far as it goes."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django import forms

from experts.forms.domains import DomainsField
from experts.kinds import KINDS, Field, Part, Widget, problems
from experts.models import Credential
from experts.queries.drafts import WorkingCopy
from experts.states import CredentialKind, CredentialState

FORM = "claim"
"""The id of the form on the page of a credential."""

_WIDGETS: dict[Widget, tuple[type[forms.Widget], dict[str, str]]] = {
    Widget.LINE: (forms.TextInput, {}),
    Widget.NUMBER: (forms.TextInput, {"inputmode": "numeric"}),
    Widget.TEXT: (forms.Textarea, {"rows": "4"}),
    # Not a date control: it drops a day that is half typed.
    Widget.DAY: (forms.TextInput, {"placeholder": "2027-12-31"}),
    Widget.EMAIL: (forms.TextInput, {"inputmode": "email", "autocapitalize": "off", "spellcheck": "false"}),
    Widget.LINK: (forms.TextInput, {"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"}),
}


class DraftText(forms.CharField):
    """A text that is due before sending, and may be empty until then: only what cannot be stored is refused."""

    def validate(self, value: Any) -> None:
        return


class DraftDomains(DomainsField):
    """Domains that are due before sending."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


def _text(asked: Field) -> DraftText:
    widget, attributes = _WIDGETS[asked.widget]
    extra = {"autocomplete": asked.autocomplete} if asked.autocomplete else {}
    if asked.offers:
        extra["list"] = asked.offers
    if asked.part is not Part.CLAIM:
        # These stand below the form and belong to it all the same: one press saves and sends everything.
        extra["form"] = FORM
    return DraftText(
        label=asked.label,
        help_text=asked.hint,
        max_length=asked.longest,
        # In the asking part, empty means that nobody is asked now; the label says nothing of it.
        required=asked.required or asked.part is not Part.CLAIM,
        widget=widget(attrs=attributes | extra),
    )


class DraftForm(forms.Form):
    """One credential as its kind asks for it. Always bound: to what is kept, or to what was sent."""

    use_required_attribute = False

    body = DraftText(
        label="Your answer",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The admins read it beside their question. Change below what was wrong.",
    )
    domains = DraftDomains(
        label="Domains it speaks for",
        help_text="You can write in the domains that an admin verifies. A field opens all that lies under it.",
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, credential: Credential) -> None:
        super().__init__(data)
        self.kind = CredentialKind(credential.kind)
        self.asked = KINDS[self.kind].fields
        if credential.state != CredentialState.NEEDS_INFORMATION:
            del self.fields["body"]
        self.fields |= {asked.name: _text(asked) for asked in self.asked}

    @classmethod
    def of(cls, credential: Credential, copy: WorkingCopy, *, seen: str) -> Self:
        """The form with what is kept."""
        domains = [domain.pk for domain in copy.domains]
        return cls({**copy.typed, "body": copy.body, "domains": domains, "seen": seen}, credential=credential)

    def copy(self) -> WorkingCopy:
        """What was typed, once the form is valid."""
        sent = self.cleaned_data
        return WorkingCopy(
            typed={asked.name: sent[asked.name] for asked in self.asked},
            domains=tuple(sent["domains"]),
            body=sent.get("body", ""),
        )

    def point_out(self, today: date, *, missing: bool) -> Self:
        """Say at each field what cannot be read, and with `missing` what is still empty."""
        typed = (
            {asked.name: str(self.cleaned_data.get(asked.name, "")) for asked in self.asked} if self.is_valid() else {}
        )
        for name, sentence in list(problems(self.kind, typed, today, missing=missing)):
            self.add_error(name, sentence)
        if missing and not self.cleaned_data.get("domains"):
            self.add_error("domains", "Choose at least one domain.")
        return self

    def _part(self, part: Part) -> Iterable[forms.BoundField]:
        return [self[asked.name] for asked in self.asked if asked.part is part]

    @property
    def claim_fields(self) -> Iterable[forms.BoundField]:
        return self._part(Part.CLAIM)

    @property
    def code_fields(self) -> Iterable[forms.BoundField]:
        return self._part(Part.CODE)

    @property
    def asking_fields(self) -> Iterable[forms.BoundField]:
        return self._part(Part.ASKING)


class AskForm(forms.Form):
    """Whom to ask for a vouch, when nothing else may be changed any more."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        asking = [asked for asked in KINDS[CredentialKind.VOUCH].fields if asked.part is Part.ASKING]
        self.fields |= {asked.name: _text(asked) for asked in asking}


class CodeForm(forms.Form):
    """Six digits from a mail."""

    use_required_attribute = False

    code = DraftText(
        label="The six digits",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "form": FORM}),
    )


class StartForm(forms.Form):
    """A kind to begin with, or an earlier attempt to begin from."""

    kind = forms.ChoiceField(choices=CredentialKind, required=False)
    again = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
