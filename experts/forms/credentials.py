"""What a person says about themselves."""

from typing import Self

from django import forms

from experts.actions.credentials import CredentialClaim
from experts.forms.domains import DomainsField
from experts.models import Credential
from experts.states import CredentialKind


class CredentialForm(forms.Form):
    """A claim about oneself and what supports it."""

    kind = forms.ChoiceField(label="Kind", choices=CredentialKind)
    title = forms.CharField(
        label="What it is", max_length=200, help_text="For instance: MD, University of Vienna; or Licensed attorney."
    )
    institution = forms.CharField(label="Who gave it", max_length=200, required=False)
    identifier = forms.CharField(
        label="Identifier", max_length=200, required=False, help_text="A licence number, an ORCID iD, a DOI."
    )
    link = forms.URLField(
        assume_scheme="https",
        label="Link",
        max_length=500,
        required=False,
        help_text="A public page on which an admin can see it.",
    )
    statement = forms.CharField(
        label="Anything an admin should know",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What you could show, where it can be checked, what the title does not say.",
    )
    domains = DomainsField(
        label="Domains it speaks for",
        help_text="You can write in the domains that an admin verifies.",
        error_messages={"required": "Choose at least one domain."},
    )

    COLUMNS = ("kind", "title", "institution", "identifier", "link", "statement")

    @classmethod
    def of(cls, credential: Credential) -> Self:
        """The form, filled in with an earlier claim."""
        domains = list(credential.asked.values_list("pk", flat=True))
        return cls(initial={name: getattr(credential, name) for name in cls.COLUMNS} | {"domains": domains})

    def claim(self) -> CredentialClaim:
        """The cleaned form as the action takes it."""
        sent = {name: self.cleaned_data[name] for name in (*self.COLUMNS, "domains")}
        return CredentialClaim(**sent | {"kind": CredentialKind(sent["kind"])})


class AnswerForm(CredentialForm):
    """What an admin asked for, beside the claim as it was sent."""

    body = forms.CharField(
        label="Your answer",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The admins read it beside their question.",
    )
    field_order = ("body",)
