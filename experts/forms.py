"""What people fill in about themselves, and admins about people."""

from typing import Any, Self

from django import forms

from experts.actions.credentials import CredentialClaim
from experts.models import Credential, Domain, User
from experts.states import RULING_WORDS, CredentialKind, CredentialState, Role


class SignupForm(forms.Form):
    """Asks for a name besides the address; allauth saves it onto the person."""

    name = forms.CharField(
        label="Your name", max_length=120, help_text="Admins see it. Reviewers, authors and labs never do."
    )

    def signup(self, request: object, user: User) -> None:
        """allauth calls this with the new person."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


def domain_groups() -> list[tuple[str, list[tuple[int, str]]]]:
    """The tree as choices: each top domain with itself and what lies under it. One query."""
    domains = list(Domain.objects.order_by("name"))
    return [
        (top.name, [(top.pk, top.name), *[(d.pk, d.name) for d in domains if d.parent_id == top.pk]])
        for top in domains
        if top.parent_id is None
    ]


class DomainTree(forms.CheckboxSelectMultiple):
    """The tree of domains as checkboxes, each field of knowledge kept together."""

    template_name = "forms/domain_tree.html"


class DomainsField(forms.TypedMultipleChoiceField):
    """Domains, chosen in the tree."""

    widget = DomainTree

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=domain_groups, coerce=int, **options)

    def clean(self, value: Any) -> list[Domain]:
        return list(Domain.objects.filter(pk__in=super().clean(value)).order_by("name"))


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


class QueueFilter(forms.Form):
    """Which credentials an admin wants to see. Nothing chosen: all that wait for an admin."""

    STATES = (
        ("", "Waiting for an admin"),
        (CredentialState.NEEDS_INFORMATION, "Waiting for the person"),
        (CredentialState.VERIFIED, "Verified"),
        (CredentialState.DECLINED, "Declined"),
    )
    state = forms.ChoiceField(label="Show", choices=STATES, required=False)
    kind = forms.ChoiceField(choices=[("", "Every kind"), *CredentialKind.choices], required=False)
    domain = forms.ModelChoiceField(Domain.objects.order_by("name"), required=False, empty_label="Every domain")

    def chosen(self) -> dict[str, Any]:
        """The arguments of the query; what cannot be understood is left out."""
        self.is_valid()
        sent = self.cleaned_data
        return {
            "state": CredentialState(sent.get("state") or CredentialState.SUBMITTED),
            "kind": sent.get("kind", ""),
            "domain": sent.get("domain"),
        }


class RulingForm(forms.Form):
    """An admin's ruling. What is shown depends on where the credential stands."""

    # Any ruling is taken here, whatever is offered: a page that another admin has overtaken is refused by the action,
    # with who and when, and not by the form with "select a valid choice".
    outcome = forms.CharField(label="Ruling", widget=forms.RadioSelect)
    valid_until = forms.DateField(
        label="Holds until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last day, UTC. Empty when it does not expire.",
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person reads this. Due unless you verify.",
    )
    scope = DomainsField(label="Verified for", required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    OUTCOMES = {
        CredentialState.SUBMITTED: [
            (CredentialState.VERIFIED, "Verify"),
            (CredentialState.NEEDS_INFORMATION, "Ask for more"),
            (CredentialState.DECLINED, "Decline"),
        ],
        # The person may never answer, and the case must not wait for ever.
        CredentialState.NEEDS_INFORMATION: [(CredentialState.DECLINED, "Decline")],
        CredentialState.VERIFIED: [(CredentialState.REVOKED, "Revoke")],
    }

    def __init__(self, *args: Any, credential: Credential, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcomes = self.OUTCOMES.get(CredentialState(credential.state), [])
        self.fields["outcome"].widget.choices = self.outcomes
        self.initial["seen"] = credential.version
        if len(self.outcomes) == 1:
            self.initial["outcome"] = self.outcomes[0][0]
        if credential.state != CredentialState.SUBMITTED:
            del self.fields["scope"], self.fields["valid_until"]
        elif not self.is_bound:
            self.initial["scope"] = list(credential.asked.values_list("pk", flat=True))

    def clean_outcome(self) -> CredentialState:
        outcome: str = self.cleaned_data["outcome"]
        if outcome not in RULING_WORDS:
            raise forms.ValidationError("Choose what to do.")
        return CredentialState(outcome)


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
