"""The first admin of an installation."""

import os
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandParser
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
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            password = os.environ.get("PASIFLORA_ADMIN_PASSWORD") or secrets.token_urlsafe(12)
            user = User.objects.create_user(email, password, name=name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            if "PASIFLORA_ADMIN_PASSWORD" not in os.environ:
                self.stdout.write(f"Password: {password}")
        grant_role(to=user, role=Role.ADMIN, domain=None, by=None, at=clock.now(), reason="create_admin")
        self.stdout.write(f"{email} is an admin.")
