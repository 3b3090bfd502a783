"""What was saved of a draft, what changed since, and how to bring it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person, whole_number
from pasiflora.kernel.http import wants_json
from pasiflora.kernel.textdiff import changed_words, in_places
from tasks import doors
from tasks.actions.drafts import WRITABLE, DraftStale
from tasks.actions.versions import restore_version
from tasks.models import Claim, Draft, DraftVersion
from tasks.queries.versions import handed_in, neighbours, version_before, version_of, versions_of

NEWER = (
    "Something newer was saved since you looked. It is compared below; bring this version back if you still want to."
)
VIEWS = {"now": "What changed since", "before": "What it changed", "text": "The text"}


@login_required
@require_safe
def versions(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Every version that is kept, newest first."""
    claim = doors.own_claim_in_brief(person(request), claim_id)
    every = "every" in request.GET
    after = keyset(request.GET)
    found = list(versions_of(claim.draft, every=every, before=after[0] if after else None)[: PAGE + 1])
    page = {
        "claim": claim,
        "task": claim.task,
        "rows": [
            {"version": version, "grown": version.length - earlier.length if earlier else version.length}
            for version, earlier in zip(found[:PAGE], [*found[1:], None], strict=False)
        ],
        "handed_in": handed_in(claim),
        "every": every,
        "next_page": found[PAGE - 1].number if len(found) > PAGE else None,
        "writable": claim.state in WRITABLE,
    }
    return render(request, "tasks/versions.html", page)


@login_required
@require_safe
def version(request: HttpRequest, claim_id: int, number: int) -> HttpResponse:
    """One version beside the newest, or beside the one before it; as JSON, its text."""
    claim = doors.own_claim(person(request), claim_id)
    found = version_of(claim.draft, number)
    if found is None:
        raise Http404("No such version, or it is not kept any more.")
    if wants_json(request):
        return JsonResponse(
            {"version": found.number, "body": found.body, "note": found.note, "statements": found.statements}
        )
    return render(request, "tasks/version.html", _page(request, claim, found))


def _page(request: HttpRequest, claim: Claim, found: DraftVersion) -> dict[str, object]:
    draft = claim.draft
    shown = request.GET.get("show", "now")
    shown = shown if shown in VIEWS else "now"
    old: Draft | DraftVersion = found
    new: Draft | DraftVersion = draft
    if shown == "before":
        old, new = version_before(draft, found.number) or DraftVersion(), found
    earlier, later = neighbours(draft, found.number)
    whole = "whole" in request.GET
    runs = in_places(changed_words(old.body, new.body) or [], fold=not whole)
    return {
        "claim": claim,
        "task": claim.task,
        "draft": draft,
        "version": found,
        "newest": found.number == draft.version,
        "shown": shown,
        "views": VIEWS,
        "runs": runs,
        "places": range(1, max((run.place for run in runs), default=0) + 1),
        "whole": whole,
        "folded": any(run.folded for run in runs),
        "note": in_places(changed_words(old.note, new.note) or [], fold=False) if old.note != new.note else None,
        "earlier": earlier,
        "later": later,
        "writable": claim.state in WRITABLE,
    }


@login_required
@require_POST
def restore(request: HttpRequest, claim_id: int, number: int) -> HttpResponse:
    """Bring a version back as the newest one, and go on writing from it."""
    user = person(request)
    claim = doors.claim_named(user, claim_id)
    base = whole_number(request.POST.get("base_version"))
    try:
        restore_version(claim=claim, by=user, at=clock.now(), number=number, base_version=base)
    except DraftStale:
        messages.warning(request, NEWER)
        return redirect("draft_version", claim_id, number)
    messages.success(request, f"Version {number} is the newest text again. What stood here before is version {base}.")
    return redirect("desk", claim_id)
