"""Where is my application, what is the next step, and what do I sign."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from experts import doors
from experts.actions.application import publish_agreement, save_profile, sign_agreement
from experts.forms.application import AgreementForm, ProfileForm, SignatureForm
from experts.policies.steps import steps_of
from experts.queries.application import agreements, current_agreement, profile_of, signatures_of
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import Invalid, TooLate
from pasiflora.kernel.markdown import render as render_markdown


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every step from here to the first claim, and which is next."""
    return render(request, "experts/application.html", {"steps": steps_of(person(request), at=clock.now())})


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am, in which languages and fields. Half of it can be saved."""
    user = person(request)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(user, profile_of(user))
    if form.is_bound and form.is_valid():
        save_profile(by=user, at=clock.now(), **form.said())
        messages.success(request, "Saved. You can come back and change it.")
        return redirect("application")
    return render(request, "experts/profile.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest) -> HttpResponse:
    """The agreement as it is now, what changed, what I signed, and signing."""
    user, current = person(request), current_agreement()
    form = SignatureForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            sign_agreement(by=user, at=clock.now(), number=form.cleaned_data["number"], name=form.cleaned_data["name"])
        except TooLate as refusal:
            messages.warning(request, refusal.sentence)
            return redirect("agreement")
        except Invalid as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, "Signed. You can read it here whenever you like.")
            return redirect("application")
    signed = list(signatures_of(user))
    page = {
        "agreement": current,
        "html": render_markdown(current.body, prefix="agreement") if current else "",
        "signed": signed,
        "is_signed": current is not None and any(found.agreement_id == current.pk for found in signed),
        "form": form or SignatureForm(initial={"number": current.number if current else 0, "name": user.name}),
    }
    return render(request, "experts/agreement.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def desk_agreement(request: HttpRequest) -> HttpResponse:
    """Admins: the versions of the agreement, and writing the next one."""
    user = person(request)
    doors.admin_only(user)
    current = current_agreement()
    form = AgreementForm(request.POST) if request.method == "POST" else None
    preview = ""
    if form is not None and form.is_valid():
        sent = form.cleaned_data
        if "publish" not in request.POST:
            preview = render_markdown(sent["body"], prefix="agreement")
        else:
            try:
                made = publish_agreement(by=user, at=clock.now(), **sent)
            except (Invalid, TooLate) as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, f"Version {made.number} is published. Everybody signs it before they claim.")
                return redirect("desk_agreement")
    start = {"after": current.number, "body": current.body} if current else {"after": 0}
    page = {"agreements": agreements(), "form": form or AgreementForm(initial=start), "preview": preview}
    return render(request, "experts/desk_agreement.html", page)
