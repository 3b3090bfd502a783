"""Bearer tokens of a lab. django-rest-knox ties a token to a person; these belong to a lab and outlive its people."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from exports.actions.labs import digest_of
from exports.models import LabToken
from pasiflora.kernel import clock

if TYPE_CHECKING:
    from rest_framework.views import APIView  # settings name this module, and views read the settings


class LabTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer pf_live_…`. `request.auth` is the token; there is no person behind it."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, LabToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        at = clock.now()
        found = LabToken.objects.select_related("lab").filter(digest=digest_of(secret.strip())).first()
        if found is None or found.revoked_at is not None or found.expires_at <= at:
            raise AuthenticationFailed("This token is unknown, revoked or expired. Make a new one on your lab's page.")
        # Once a minute is enough to see whether a token is in use, and keeps reading from writing.
        if found.last_used_at is None or (at - found.last_used_at).total_seconds() > 60:
            LabToken.objects.filter(pk=found.pk).update(last_used_at=at)
        return AnonymousUser(), found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasLabToken(BasePermission):
    """Only with a lab's token."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.auth, LabToken)


class LabTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library is untyped
    """How OpenAPI describes it."""

    target_class = "exports.api.authentication.LabTokenAuthentication"
    name = "labToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token from your lab's page."}
