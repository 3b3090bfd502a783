"""Where admins land: what waits, since when, and the way to everything else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experts.doors import admin_only
from experts.queries.credentials import credential_queue
from experts.states import CredentialState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.mail import given_up, waiting
from tasks.models import TaskImport
from tasks.queries.tags import tasks_set_aside
from tasks.states import ImportState

OPEN_IMPORTS = (ImportState.CHECKING, ImportState.CHECKED, ImportState.IMPORTING, ImportState.FAILED)
SHOWN = 10


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The admins' first page. Fourteen queries at most, whatever waits."""
    user = person(request)
    admin_only(user)
    credentials = credential_queue()
    imports = TaskImport.objects.filter(state__in=OPEN_IMPORTS)
    page = {
        "credentials": credentials.count(),
        "oldest": credentials.values_list("submitted_at", flat=True).first(),
        "questions": credential_queue(state=CredentialState.NEEDS_INFORMATION).count(),
        "imports": imports.select_related("project").defer("report").order_by("pk")[:SHOWN],
        "set_aside": tasks_set_aside().count(),
        "mail_lost": given_up().count(),
        "mail_failing": waiting(clock.now()).filter(attempts__gt=0).count(),
    }
    return render(request, "desk.html", page)
