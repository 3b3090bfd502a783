"""People, and the roles they hold."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from experts.models.domains import Domain
from experts.states import DOMAIN_ROLES, Role


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
