"""What passing opens, other proof for it, and taking it back."""

from datetime import datetime

from django.db import transaction

from experts.models import Exam, Qualification, User
from experts.policies.people import is_admin
from experts.queries.training import current_modules, lasting_qualifications, passed_exams
from experts.states import ModulePurpose, QualificationKind
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours, TooLate


class NotHeld(TooLate):
    """This qualification was taken back already. Nothing was changed."""

    code = "not_held"


def qualify(*, exam: Exam, at: datetime) -> None:
    """Grant what this passed exam completes, inside the transaction that graded it. The reviewers' test stands for
    itself; writing takes every module of the course, in whichever version."""
    kind = QualificationKind.REVIEWING
    if exam.module.purpose == ModulePurpose.TRAINING:
        kind = QualificationKind.WRITING
        course = set(current_modules(ModulePurpose.TRAINING).values_list("slug", flat=True))
        if not course <= set(passed_exams(exam.user).values_list("slug", flat=True)):
            return
    _give(exam.user, kind, at, exam=exam)


@transaction.atomic
def grant_qualification(*, to: User, kind: QualificationKind, by: User, at: datetime, reason: str) -> Qualification:
    """Take other proof for the training, such as having written the rubric. An admin, never for oneself."""
    _check(to, by, reason, "Give a reason: it stands in place of an exam.")
    return _give(to, kind, at, granted_by=by, reason=reason.strip())


@transaction.atomic
def revoke_qualification(*, qualification: Qualification, by: User, at: datetime, reason: str) -> Qualification:
    """Send somebody back to the training, with a reason that they read. What was passed before counts no more; what
    they hold is theirs to finish."""
    _check(qualification.user, by, reason, "Give a reason: the person reads it.")
    held = Qualification.objects.select_for_update(of=("self",)).get(pk=qualification.pk)
    if held.revoked_at is not None:
        raise NotHeld
    held.revoked_at, held.revoked_by, held.revoked_reason = at, by, reason.strip()
    held.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    record(verb="qualification.revoked", of=held, by=by, at=at, kind=held.kind, user=held.user_id)
    return held


def _check(of: User, by: User, reason: str, without: str) -> None:
    if not is_admin(by) or of.pk == by.pk:
        raise NotYours("Another admin does this, never for themselves.")
    if not reason.strip():
        raise Invalid(without)
    # The person first, as in exams: what one gives and another takes at once happens one after the other.
    User.objects.select_for_update(no_key=True).get(pk=of.pk)


def _give(
    to: User,
    kind: QualificationKind,
    at: datetime,
    *,
    exam: Exam | None = None,
    granted_by: User | None = None,
    reason: str = "",
) -> Qualification:
    held = lasting_qualifications(to).filter(kind=kind).first()
    if held is not None:
        return held
    made = Qualification.objects.create(
        user=to, kind=kind, exam=exam, granted_by=granted_by, reason=reason, granted_at=at
    )
    record(verb="qualification.granted", of=made, by=granted_by, at=at, kind=kind.value, user=to.pk)
    return made
