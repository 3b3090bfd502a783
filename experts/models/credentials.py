"""What a person claims about themselves, what was asked and answered, and what was decided."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q

from experts.kinds import KINDS, label_of, shown
from experts.models.domains import Domain
from experts.models.people import User
from experts.states import RULING_WORDS, CredentialKind, CredentialState
from pasiflora.kernel.frozen import frozen_but_for_erasure

# A right in a field is a right in what lies under it, so a domain counts when it, its parent or a child is marked.
HIGH_STAKES_TAKE_TWO = """
IF NEW.outcome = 'verified' AND NEW.first_approved_by_id IS NULL AND EXISTS (
    SELECT 1 FROM experts_domain d JOIN experts_domain near ON near.id IN (d.id, d.parent_id) OR near.parent_id = d.id
    WHERE near.high_stakes AND d.slug IN (SELECT jsonb_array_elements_text(NEW.scope))
) THEN
    RAISE EXCEPTION 'high_stakes_take_two_admins: credential % needs a second admin', NEW.credential_id
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class Credential(models.Model):
    """A claim about a person, what supports it, and how far and how long it holds."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=CredentialKind)
    title = models.CharField(max_length=200, blank=True)
    institution = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    statement = models.TextField(blank=True)
    details = models.JSONField(
        default=dict, blank=True, help_text="What its kind asks for besides, as texts by name: see experts.kinds."
    )
    asked = models.ManyToManyField(Domain, related_name="asked_in_credentials")
    scope = models.ManyToManyField(Domain, related_name="credentials", blank=True)
    state = models.CharField(max_length=20, choices=CredentialState, default=CredentialState.SUBMITTED)
    submitted_at = models.DateTimeField(help_text="When it was last sent to the admins; of a draft, when it was begun.")
    first_sent_at = models.DateTimeField(
        null=True, help_text="When it first came to the admins. Empty: it never did, and they see nothing of it."
    )
    saved_at = models.DateTimeField(null=True, help_text="When the person last saved what they have not sent yet.")
    unsent = models.JSONField(
        default=dict, blank=True, help_text="What the person is changing to answer a question; the admins see the rest."
    )
    valid_until = models.DateField(
        null=True, help_text="The last day on which it holds; empty when it does not expire."
    )
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    version = models.PositiveIntegerField(
        default=1, help_text="Counts what happened to it; a ruling names what it saw."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CredentialState.values), name="credential_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=CredentialKind.values), name="credential_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(state=CredentialState.DRAFT) | Q(first_sent_at=None),
                name="credential_draft_was_never_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], condition=Q(state=CredentialState.SUBMITTED), name="credential_queue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.user_id}"

    @property
    def name(self) -> str:
        """What it is called; a draft may have no title yet."""
        return self.title or KINDS[CredentialKind(self.kind)].title or CredentialKind(self.kind).label

    @property
    def particulars(self) -> list[tuple[str, str]]:
        """What it says besides its name, link and statement: labels and values as its kind asks for them."""
        said = {"institution": self.institution, "identifier": self.identifier} | self.details
        kind = CredentialKind(self.kind)
        told = shown(kind, said)
        # An attempt from before its kind asked for this still shows it.
        known = {asked.name for asked in KINDS[kind].fields}
        older = {name: said[name] for name in ("institution", "identifier") if said[name] and name not in known}
        return told + [(label_of(kind, name), value) for name, value in older.items()]

    @property
    def history(self) -> "list[CredentialRuling | CredentialAnswer]":
        """Questions, answers and rulings, in the order they happened. Two queries, unless they were fetched before."""
        told: list[CredentialRuling | CredentialAnswer] = [*self.rulings.all(), *self.answers.all()]
        return sorted(told, key=lambda event: (event.happened_at, event.pk))


class CredentialAnswer(models.Model):
    """What a person sent back when an admin asked for more, and what their claim said before."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="answers")
    body = models.TextField(blank=True)
    before = models.JSONField(default=dict, help_text="Fields that the answer changed, as they were.")
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Answer {self.pk} about credential {self.credential_id}"

    @property
    def changed(self) -> list[tuple[str, str]]:
        """What the answer changed: labels, and what was said before."""
        kind = CredentialKind(self.credential.kind)
        return [
            (label_of(kind, name), ", ".join(value) if isinstance(value, list) else value)
            for name, value in self.before.items()
        ]

    @property
    def happened_at(self) -> datetime:
        """Where it stands in the history."""
        return self.answered_at


class CredentialRuling(models.Model):
    """What an admin decided about a credential, and why. The person reads the reason."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="rulings")
    outcome = models.CharField(max_length=20, choices=CredentialState)
    reason = models.TextField(blank=True)
    scope = models.JSONField(default=list, help_text="Slugs of the domains it was verified for.")
    valid_until = models.DateField(null=True)
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()
    first_approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="The other admin, where two are needed."
    )

    class Meta:
        triggers = [
            *frozen_but_for_erasure("credential_ruling_never_changes", "reason"),
            pgtrigger.Trigger(
                name="high_stakes_take_two_admins",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=HIGH_STAKES_TAKE_TWO,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_approved_by=None) | ~Q(first_approved_by=F("ruled_by")),
                name="credential_ruling_by_two_different_admins",
            ),
            models.CheckConstraint(
                condition=Q(outcome=CredentialState.VERIFIED) | ~Q(reason=""),
                name="credential_ruling_against_carries_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[str(outcome) for outcome in RULING_WORDS]),
                name="credential_ruling_outcome_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on credential {self.credential_id}"

    @property
    def word(self) -> str:
        """What was done, in the past tense."""
        return RULING_WORDS[CredentialState(self.outcome)]

    @property
    def happened_at(self) -> datetime:
        """Where it stands in the history."""
        return self.ruled_at
