"""A second factor for whoever can verify people, settle disputes or take data away."""

import base64
from collections.abc import Callable

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from experts.models import User
from experts.queries.people import roles
from experts.states import Role
from exports.queries import is_lab_member
from pasiflora.kernel.edge import person

GUARDED = ("/desk/", "/adjudicate/", "/lab/")
"""Where the powers are that need it. Writing and reviewing stay open without."""
SHOWN = "second_factor"
"""In a session: whose second factor is known to be set up, so that pages need not ask the database each time."""


def needs_second_factor(user: User) -> bool:
    """Whether this person's roles are worth more than a password. Two queries."""
    return bool(roles(user) & {Role.ADMIN, Role.ADJUDICATOR}) or is_lab_member(user)


class SecondFactorMiddleware:
    """Leads people to set up a second factor before they use a role that needs one.

    allauth asks for it at sign-in once it is set up, so it is enough to see that it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and request.path.startswith(GUARDED) and self._lacks_it(request):
            return redirect(f"{reverse('second_factor')}?next={request.path}")
        return self.get_response(request)

    def _lacks_it(self, request: HttpRequest) -> bool:
        user = request.user
        # Strangers are sent to sign in, and people without such a role get the 404 that everybody gets.
        if not isinstance(user, User) or request.session.get(SHOWN) == user.pk or not needs_second_factor(user):
            return False
        if not is_mfa_enabled(user):
            return True
        request.session[SHOWN] = user.pk
        return False


@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and which there are."""
    user = person(request)
    return render(request, "second_factor.html", {"has_one": is_mfa_enabled(user)})


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Keeps the secrets of authenticator apps encrypted, and the last factor of those who need one."""

    def get_totp_issuer(self) -> str:
        """What the authenticator app calls us, whatever the address is."""
        return "Pasiflora"

    def encrypt(self, text: str) -> str:
        """A stolen database alone opens no account."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; with SECRET_KEY_FALLBACKS after a change of keys."""
        return _vault().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever needs a second factor adds the new one before removing the old one."""
        if not (settings.SECOND_FACTOR_REQUIRED and needs_second_factor(authenticator.user)):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _vault() -> MultiFernet:
    """Encrypts with the newest secret key, reads with those before it too."""
    return MultiFernet([_key(str(secret)) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"pasiflora second factor").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
