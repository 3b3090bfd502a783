"""Files that support a credential, and who looked at them."""

from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q

from experts.evidence.limits import LABELS, MediaType
from experts.models.credentials import Credential
from experts.models.people import User
from experts.states import EvidenceViewState

NOT_BY_THE_OWNER = """
IF EXISTS (
    SELECT 1 FROM experts_evidence e JOIN experts_credential c ON c.id = e.credential_id
    WHERE e.id = NEW.evidence_id AND c.user_id = NEW.viewed_by_id
) THEN
    RAISE EXCEPTION 'evidence_view_not_by_the_owner: evidence % is of user %', NEW.evidence_id, NEW.viewed_by_id
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class Evidence(models.Model):
    """One file, cleaned and sealed. The row outlives the file: the hashes stay when name and file are gone."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="evidence")
    file = models.UUIDField(null=True, unique=True, help_text="Its name in the store; empty once it is gone.")
    name = models.CharField(max_length=120, blank=True, help_text="As the person named it; blank once it is gone.")
    media_type = models.CharField(max_length=20, choices=[(kind.value, label) for kind, label in LABELS.items()])
    bytes = models.PositiveIntegerField(help_text="Of the file as it was cleaned.")
    pages = models.PositiveSmallIntegerField(help_text="One for a picture.")
    sent_sha256 = models.CharField(max_length=64, help_text="Of the file as it was sent.")
    kept_sha256 = models.CharField(max_length=64, help_text="Of the file as it was cleaned, before it was sealed.")
    added_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="When the sweep first saw its credential settled.")
    removed_at = models.DateTimeField(null=True, help_text="When the person took it back.")
    shredded_at = models.DateTimeField(null=True, help_text="When it was removed because its time was over.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False, removed_at=None, shredded_at=None) & ~Q(name="")
                | Q(file=None, name="", removed_at__isnull=False, shredded_at=None)
                | Q(file=None, name="", removed_at=None, shredded_at__isnull=False),
                name="evidence_has_its_file_and_name_until_it_is_gone",
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=[str(kind) for kind in MediaType]), name="evidence_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["credential", "sent_sha256"],
                condition=Q(file__isnull=False),
                name="evidence_once_per_credential",
            ),
        ]
        indexes = [
            models.Index(fields=["settled_at"], condition=Q(file__isnull=False), name="evidence_kept"),
        ]

    def __str__(self) -> str:
        return f"Evidence {self.pk} of credential {self.credential_id}"


class EvidenceView(models.Model):
    """One admin's look at one file, for minutes. Never deleted: it says who saw what."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="views")
    viewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    link = models.UUIDField(default=uuid4, unique=True, help_text="Its address, and its folder in the store.")
    reason = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(max_length=80, help_text="What the copy is sealed to; the key is in one browser.")
    session_digest = models.CharField(max_length=64, help_text="Of the session that asked; no other may read.")
    state = models.CharField(max_length=10, choices=EvidenceViewState, default=EvidenceViewState.ASKED)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    pages = models.PositiveSmallIntegerField(null=True)
    ready_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, help_text="When the opened copy was removed.")

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="evidence_view_not_by_the_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=NOT_BY_THE_OWNER,
            ),
            pgtrigger.Protect(name="evidence_view_is_never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EvidenceViewState.values), name="evidence_view_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=EvidenceViewState.READY)
                | Q(ready_at__isnull=False, pages__isnull=False, pages__gte=1),
                name="evidence_view_ready_has_pages",
            ),
            models.CheckConstraint(
                condition=Q(state=EvidenceViewState.FAILED) & ~Q(failure="")
                | ~Q(state=EvidenceViewState.FAILED) & Q(failure=""),
                name="evidence_view_failure_exactly_when_failed",
            ),
            models.CheckConstraint(
                condition=Q(state=EvidenceViewState.ENDED, ended_at__isnull=False)
                | ~Q(state=EvidenceViewState.ENDED) & Q(ended_at=None),
                name="evidence_view_ended_at_exactly_when_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=[EvidenceViewState.ASKED, EvidenceViewState.READY]),
                name="evidence_view_open",
            ),
        ]

    def __str__(self) -> str:
        return f"View {self.pk} of evidence {self.evidence_id}"
