"""What an admin filters by, and an admin's ruling."""

from typing import Any

from django import forms

from experts.actions.ruling import Ruling
from experts.forms.domains import DomainsField
from experts.models import Credential, Domain
from experts.reasons import REASONS, sentence
from experts.states import RULING_WORDS, CredentialKind, CredentialState

HALF_APPROVED = "half_approved"
"""What the filter calls a case that one of two admins has approved."""


class QueueFilter(forms.Form):
    """Which credentials an admin wants to see. Nothing chosen: all that wait for an admin."""

    STATES = (
        ("", "Waiting for an admin"),
        (HALF_APPROVED, "Waiting for a second admin"),
        (CredentialState.NEEDS_INFORMATION, "Waiting for the person"),
        (CredentialState.VERIFIED, "Verified"),
        (CredentialState.DECLINED, "Declined"),
        (CredentialState.REVOKED, "Revoked"),
        (CredentialState.EXPIRED, "Expired"),
    )
    state = forms.ChoiceField(label="Show", choices=STATES, required=False)
    kind = forms.ChoiceField(choices=[("", "Every kind"), *CredentialKind.choices], required=False)
    domain = forms.ModelChoiceField(Domain.objects.order_by("name"), required=False, empty_label="Every domain")

    def chosen(self) -> dict[str, Any]:
        """The arguments of the query; what cannot be understood is left out."""
        self.is_valid()
        sent = self.cleaned_data
        state = sent.get("state") or CredentialState.SUBMITTED
        return {
            "state": CredentialState.SUBMITTED if state == HALF_APPROVED else CredentialState(state),
            "half_approved": state == HALF_APPROVED,
            "kind": sent.get("kind", ""),
            "domain": sent.get("domain"),
        }


def _templates(outcomes: list[tuple[CredentialState, str]]) -> forms.ChoiceField:
    """The beginnings of a reason that fit what can be ruled."""
    groups = [
        (label, [(f"{outcome}-{key}", said) for key, said in REASONS[outcome].items()])
        for outcome, label in outcomes
        if outcome in REASONS
    ]
    return forms.ChoiceField(
        label="Start the reason with",
        choices=[("", "Nothing: my own words only"), *groups],
        required=False,
        help_text="One of these, your own words below, or both. Due unless you verify.",
    )


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
    template = forms.ChoiceField()  # which there are depends on the outcomes
    reason = forms.CharField(
        label="In your own words",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person reads this.",
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
        self.fields["template"] = _templates(self.outcomes)
        if len(self.outcomes) == 1:
            self.initial["outcome"] = self.outcomes[0][0]
        if credential.state != CredentialState.SUBMITTED:
            del self.fields["scope"], self.fields["valid_until"]
        elif not self.is_bound:
            self.initial["scope"] = list(credential.asked.values_list("pk", flat=True))

    def ruling(self) -> Ruling:
        """The cleaned form as the action takes it."""
        sent = self.cleaned_data
        outcome, _, key = sent["template"].partition("-")
        begun = sentence(sent["outcome"], key) if outcome == sent["outcome"] else ""
        return Ruling(
            outcome=sent["outcome"],
            reason="\n\n".join(part for part in (begun, sent["reason"].strip()) if part),
            scope=sent.get("scope") or [],
            valid_until=sent.get("valid_until"),
            seen=sent["seen"],
        )

    def clean_outcome(self) -> CredentialState:
        outcome: str = self.cleaned_data["outcome"]
        if outcome not in RULING_WORDS:
            raise forms.ValidationError("Choose what to do.")
        return CredentialState(outcome)
