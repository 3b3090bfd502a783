"""Experts who speak for others."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least

from experts.models.credentials import Credential
from experts.models.people import User
from experts.states import VouchRefusal, VouchState
from pasiflora.kernel.frozen import frozen_but_for_erasure


class Vouch(models.Model):
    """A request to speak for somebody, and what was said. Frozen once it is given."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="vouches")
    applicant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="vouches_asked")
    address = models.EmailField(blank=True, help_text="Whom the applicant named, in lower case.")
    relationship = models.TextField(help_text="How they know each other, as the applicant says.")
    voucher = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="vouches",
        help_text="Empty while nobody with that address is verified in a domain that is asked for.",
    )
    state = models.CharField(max_length=20, choices=VouchState, default=VouchState.ASKED)
    refusal = models.CharField(max_length=20, choices=VouchRefusal, blank=True)
    seen_of_work = models.TextField(blank=True, help_text="How the voucher knows the applicant's work.")
    statement = models.TextField(blank=True)
    domains = models.JSONField(default=list, blank=True, help_text="Slugs of the domains that the voucher spoke for.")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When the voucher was told by mail.")
    answered_at = models.DateTimeField(null=True, help_text="When the voucher gave it or refused.")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        triggers = frozen_but_for_erasure(
            "vouch_never_changes_once_given",
            "address",
            "relationship",
            "seen_of_work",
            "statement",
            when=f"OLD.state = '{VouchState.GIVEN}'",
        )
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VouchState.values), name="vouch_state_is_known"),
            models.CheckConstraint(condition=~Q(voucher=F("applicant")), name="vouch_never_for_oneself"),
            models.CheckConstraint(
                condition=~Q(state=VouchState.GIVEN) | Q(voucher__isnull=False, refusal="") & ~Q(statement=""),
                name="vouch_given_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state=VouchState.ASKED, closed_at=None)
                | (~Q(state=VouchState.ASKED) & Q(closed_at__isnull=False)),
                name="vouch_closed_at_exactly_when_not_asked",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, refusal="") & ~Q(state=VouchState.GIVEN)
                | Q(answered_at__isnull=False) & (~Q(refusal="") | Q(state=VouchState.GIVEN)),
                name="vouch_answered_at_exactly_when_answered",
            ),
            models.CheckConstraint(condition=Q(refusal__in=["", *VouchRefusal.values]), name="vouch_refusal_is_known"),
            models.UniqueConstraint(
                fields=["credential", "address"], condition=Q(state=VouchState.ASKED), name="vouch_asked_once_at_a_time"
            ),
            # Two people vouch in one direction only: the pair is the same, the direction is not.
            ExclusionConstraint(
                name="vouch_never_mutual",
                expressions=[
                    (Least("applicant", "voucher"), RangeOperators.EQUAL),
                    (Greatest("applicant", "voucher"), RangeOperators.EQUAL),
                    (
                        Case(When(applicant__lt=F("voucher"), then=Value(1)), default=Value(0)),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
                condition=Q(state=VouchState.GIVEN),
            ),
        ]
        indexes = [
            models.Index(fields=["voucher", "state"], name="vouch_for_the_voucher"),
            models.Index(fields=["asked_at"], condition=Q(state=VouchState.ASKED), name="vouch_open"),
        ]

    def __str__(self) -> str:
        return f"Vouch {self.pk} for credential {self.credential_id}"
