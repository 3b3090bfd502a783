"""What happened that I should know, and how I want to hear of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from experts.actions.notices import choose, see, see_all, start_again, stop
from experts.forms.notices import NoticeForm
from experts.queries.notices import notices_of, ways_of
from experts.queries.people import roles
from experts.states import NoticeKind
from experts.stopping import read_key
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first. What is shown counts as seen, unless the browser only fetches ahead."""
    user = person(request)
    before = keyset(request.GET)
    found = list(notices_of(user, before=before[0] if before else None)[: PAGE + 1])
    shown = found[:PAGE]
    new = [notice.pk for notice in shown if notice.seen_at is None]
    if new and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        see(by=user, ids=new, at=clock.now())
    page = {"notices": shown, "next_page": shown[-1].pk if len(found) > PAGE else None}
    return render(request, "experts/notices.html", page)


@login_required
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Nothing of it is new any more."""
    see_all(by=person(request), at=clock.now())
    return redirect("notices")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How I want to be told what."""
    user = person(request)
    form = NoticeForm(request.POST if request.method == "POST" else None, held=roles(user), ways=ways_of(user))
    if form.is_valid():
        choose(by=user, ways=form.chosen())
        messages.success(request, "Kept. It holds from the next notification on.")
        return redirect("notices_settings")
    return render(request, "experts/notices_settings.html", {"form": form}, status=422 if form.is_bound else 200)


# Mail programs post here for their readers, without a session and without a page of ours: the key is what entitles.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Stop mail like the one in which this address stood. Reading the page stops nothing: mail scanners do that."""
    found = read_key(key)
    if found is None:
        return render(request, "experts/notices_stop.html", {"unknown": True}, status=404)
    page: dict[str, object] = {"kind": NoticeKind(found[1]) if found[1] in NoticeKind.values else None}
    if request.method != "POST":
        return render(request, "experts/notices_stop.html", page)
    wanted = request.POST.get("what", "")
    if wanted == "again":
        start_again(key=key)
    else:
        stop(key=key, everything=wanted == "everything")
    return render(request, "experts/notices_stop.html", page | {"done": wanted or "like this"})
