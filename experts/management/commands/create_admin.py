"""The first admin of an installation."""

import os
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from experts.actions.people import grant_role
from experts.models import User
from experts.states import Role
from pasiflora.kernel import clock


class Command(BaseCommand):
    """`manage.py create_admin EMAIL`: makes the account if needed and grants the role."""

    help = "Make somebody an admin. The password comes from PASIFLORA_ADMIN_PASSWORD, or is made up and printed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = self._make(email.lower(), name)
        elif not EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
            # Somebody has signed up with this address and never proved that it is theirs: they may be anybody.
            raise CommandError(
                f"The account of {email} has not confirmed its address. Open the link in the mail first."
            )
        elif not user.is_active:
            raise CommandError(f"The account of {email} is closed. Another admin can reopen it.")
        grant_role(to=user, role=Role.ADMIN, domain=None, by=None, at=clock.now(), reason="create_admin")
        self.stdout.write(f"{user.email} is an admin.")

    def _make(self, email: str, name: str) -> User:
        given = os.environ.get("PASIFLORA_ADMIN_PASSWORD", "")
        password = given or secrets.token_urlsafe(12)
        user = User(email=email, name=name)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError("PASIFLORA_ADMIN_PASSWORD: " + " ".join(error.messages)) from error
        user.set_password(password)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if not given:
            self.stdout.write(f"Password: {password}")
        return user
