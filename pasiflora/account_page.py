"""Everything about how a person signs in, from one page."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pasiflora.kernel.edge import person
from pasiflora.second_factor import needs_second_factor


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The account at a glance, with a way to each part of it."""
    user = person(request)
    page = {
        "second_factor": is_mfa_enabled(user),
        "second_factor_due": settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user),
        "sessions": UserSession.objects.filter(user=user).count(),
        "other_accounts": bool(settings.OTHER_ACCOUNTS.apps),
    }
    return render(request, "account/index.html", page)
