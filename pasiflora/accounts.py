"""What we ask of allauth beyond its settings."""

import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as asked
from django.contrib.sites.shortcuts import get_current_site

from pasiflora.kernel import clock
from pasiflora.kernel.mail import keep


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
