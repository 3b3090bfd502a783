"""How sign-up, sign-in and forgotten passwords send their mail: through the outbox, as everything else does."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.shortcuts import get_current_site

from pasiflora.kernel import clock
from pasiflora.kernel.mail import post_text


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """allauth, but for the moment at which mail leaves.

    A dead mail server then costs nobody their sign-up, and an answer takes as long for an address that is known as
    for one that is not.
    """

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Called by allauth with the names that its mail templates use."""
        told = {"request": self.request, "email": email, "current_site": get_current_site(self.request)} | context
        mail = self.render_mail(template_prefix, email, told)
        post_text(to=email, subject=str(mail.subject), body=str(mail.body), at=clock.now(), secret=True)
