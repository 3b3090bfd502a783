"""What an admin filters by, and an admin's ruling."""

from typing import Any

from django import forms

from experts.forms.domains import DomainsField
from experts.models import Credential, Domain
from experts.states import RULING_WORDS, CredentialKind, CredentialState


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
