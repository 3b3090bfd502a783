"""People, what they proved, and what they may do."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from experts.states import DOMAIN_ROLES, CredentialKind, CredentialState, Role
from pasiflora.kernel.frozen import frozen


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. Deactivated, never deleted: their work keeps its author."""

    email = models.EmailField()
    name = models.CharField("your name", max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_one_account_per_address")]

    def __str__(self) -> str:
        return self.name or self.email


class Domain(models.Model):
    """A field of knowledge in a two-level tree: Medicine, and Cardiology under it."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(parent=F("id")), name="domain_not_its_own_parent")]

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """One role of one person, in one domain where that makes sense; revoked, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "domain"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="role_granted_once_while_it_lasts",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[str(role) for role in Role if role in DOMAIN_ROLES], domain__isnull=False)
                | Q(role=Role.ADMIN, domain=None),
                name="role_has_a_domain_exactly_when_it_needs_one",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="role_revoked_at_and_by_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.domain_id or 'everywhere'}"


class Credential(models.Model):
    """A claim about a person, what supports it, and how far and how long it holds."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=CredentialKind)
    title = models.CharField(max_length=200)
    institution = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    statement = models.TextField(blank=True)
    asked = models.ManyToManyField(Domain, related_name="asked_in_credentials")
    scope = models.ManyToManyField(Domain, related_name="credentials", blank=True)
    state = models.CharField(max_length=20, choices=CredentialState, default=CredentialState.SUBMITTED)
    submitted_at = models.DateTimeField()
    valid_until = models.DateField(
        null=True, help_text="The last day on which it holds; empty when it does not expire."
    )
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CredentialState.values), name="credential_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=CredentialKind.values), name="credential_kind_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], condition=Q(state=CredentialState.SUBMITTED), name="credential_queue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.user_id}"


class CredentialRuling(models.Model):
    """What an admin decided about a credential, and why. The person reads the reason."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="rulings")
    outcome = models.CharField(max_length=20, choices=CredentialState)
    reason = models.TextField(blank=True)
    scope = models.JSONField(default=list, help_text="Slugs of the domains it was verified for.")
    valid_until = models.DateField(null=True)
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        triggers = frozen("credential_ruling_never_changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=CredentialState.VERIFIED) | ~Q(reason=""),
                name="credential_ruling_against_carries_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on credential {self.credential_id}"
