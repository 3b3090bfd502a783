"""What we ask of allauth beyond its settings."""

import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as asked
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.hashers import make_password
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest

from experts.models import User
from pasiflora.kernel import clock
from pasiflora.kernel.mail import keep

PASSED_OVER = "hashed for the time it takes"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Sends account mail while the person waits; what the server does not take now waits in the outbox.

    Not straight into the outbox: the links in these mails open accounts, so they are kept only when they must be,
    and erased once they have left.
    """

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now or later, but never fail: a sign-up must not depend on a mail server."""
        page = {"request": asked.request, "email": email, "current_site": get_current_site(asked.request)}
        message = self.render_mail(template_prefix, email, page | context)
        try:
            message.send()
        except (OSError, smtplib.SMTPException):
            keep(to=email, subject=message.subject, body=message.body, at=clock.now(), secret=True)

    def send_account_already_exists_mail(self, email: str) -> None:
        """As slow as a sign-up that makes an account: hashing a password is what takes the time there, and a faster
        answer would tell a stranger that this address has an account."""
        make_password(PASSED_OVER)
        super().send_account_already_exists_mail(email)


class OtherAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """What we take over from ORCID, Google, GitHub or an institution: a name to start with, and nothing else."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Our people have one name; the providers send it whole or in two pieces."""
        user: User = super().populate_user(request, sociallogin, data)
        pieces = [data.get("first_name"), data.get("last_name")]
        user.name = (data.get("name") or " ".join(piece for piece in pieces if piece))[:120]
        return user
