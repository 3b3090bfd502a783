"""Signing up, looking for people, giving and taking roles."""

from typing import Any

from django import forms

from experts.forms.domains import DomainsField
from experts.models import Domain, User
from experts.queries.people import VERIFIED
from experts.states import PersonState, Role


class SignupForm(forms.Form):
    """Asks for a name besides the address; allauth saves it onto the person."""

    name = forms.CharField(
        label="Your name", max_length=120, help_text="Admins see it. Reviewers, authors and labs never do."
    )

    def signup(self, request: object, user: User) -> None:
        """allauth calls this with the new person."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class RoleForm(forms.Form):
    """A role to give, in as many domains as it takes."""

    role = forms.ChoiceField(choices=Role)
    domains = DomainsField(
        required=False,
        help_text="Reviewers and adjudicators need at least one, and hold it for what lies under it too. An admin "
        "has none.",
    )
    reason = forms.CharField(
        label="What proves it",
        required=False,
        max_length=1000,
        help_text="Needed for reviewers and adjudicators who have not passed the reviewers' test. Kept with the role.",
    )


class SearchForm(forms.Form):
    """Whom to look for. A form, because it refuses the characters that PostgreSQL cannot take."""

    ROLES = (("", "Every role"), (VERIFIED, "Verified expert"), *Role.choices)
    STATES = (("", "Every account"), *PersonState.choices)
    q = forms.CharField(
        label="Look for",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-key": "/", "placeholder": "Name, address, ID"}),
    )
    role = forms.ChoiceField(choices=ROLES, required=False)
    domain = forms.ModelChoiceField(Domain.objects.order_by("name"), required=False, empty_label="Every domain")
    state = forms.ChoiceField(label="Account", choices=STATES, required=False)

    def chosen(self) -> dict[str, Any]:
        """The arguments of the query; what cannot be understood is left out."""
        self.is_valid()
        sent = self.cleaned_data
        return {
            "search": sent.get("q", ""),
            "role": sent.get("role", ""),
            "domain": sent.get("domain"),
            "state": sent.get("state", ""),
        }


class ReasonForm(forms.Form):
    """A reason, for whatever needs one."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        help_text="Kept beside what was done.",
    )


class PauseForm(forms.Form):
    """Where somebody takes no new work for a while, and why."""

    domain = forms.ModelChoiceField(Domain.objects.order_by("name"), required=False, empty_label="Every domain")
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person reads it, on their first page and by e-mail.",
    )
