"""Signing up, looking for people, giving and taking roles."""

from django import forms

from experts.models import Domain, User
from experts.states import Role


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
    """A role to give."""

    role = forms.ChoiceField(choices=Role)
    domain = forms.ModelChoiceField(
        Domain.objects.order_by("name"),
        required=False,
        empty_label="None",
        help_text="Reviewers and adjudicators need one, and hold it for what lies under it too. An admin has none.",
    )


class SearchForm(forms.Form):
    """Whom to look for. A form, because it refuses the characters that PostgreSQL cannot take."""

    q = forms.CharField(required=False, max_length=100)

    def words(self) -> str:
        """What to search for; empty when it makes no sense."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class ReasonForm(forms.Form):
    """A reason, for whatever needs one."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        help_text="Kept in the log.",
    )
