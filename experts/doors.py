"""Finding a thing on behalf of a person, or 404."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.crypto import constant_time_compare

from experts.actions.evidence_views import digest_of
from experts.models import (
    Conflict,
    Credential,
    Evidence,
    EvidenceView,
    Exam,
    Pause,
    Qualification,
    RoleGrant,
    TrainingModule,
    User,
    Vouch,
)
from experts.policies.people import is_admin
from experts.queries.credentials import known_to_admins
from experts.queries.evidence import sent_to_admins
from experts.queries.training import current_module


def own_credential(user: User, credential_id: int) -> Credential:
    """A credential of this person."""
    credential = Credential.objects.filter(pk=credential_id, user=user).first()
    if credential is None:
        raise Http404("No such credential of yours.")
    return credential


def own_request(user: User, credential_id: int, vouch_id: int) -> Vouch:
    """A request to vouch that this person made for a credential of theirs."""
    vouch = Vouch.objects.filter(pk=vouch_id, credential=credential_id, applicant=user).first()
    if vouch is None:
        raise Http404("No such request of yours.")
    return vouch


def vouch_for_me_to_answer(user: User, vouch_id: int) -> Vouch:
    """A request that was made to this person."""
    vouch = Vouch.objects.filter(pk=vouch_id, voucher=user).select_related("applicant", "credential").first()
    if vouch is None:
        raise Http404("Nobody has asked you this.")
    return vouch


def admin_only(user: User) -> None:
    """404 for everybody but admins: the desk's addresses say nothing to others."""
    if not is_admin(user):
        raise Http404("No such page.")


def credential_case(user: User, credential_id: int) -> Credential:
    """Any credential that was sent, for an admin."""
    admin_only(user)
    credential = Credential.objects.filter(known_to_admins(), pk=credential_id).select_related("user").first()
    if credential is None:
        raise Http404("No such credential.")
    return credential


def own_evidence(user: User, credential_id: int, evidence_id: int) -> Evidence:
    """A file of this person's own credential, gone or not."""
    found = Evidence.objects.filter(pk=evidence_id, credential=credential_id, credential__user=user).first()
    if found is None:
        raise Http404("No such file of yours.")
    return found


def evidence_case(user: User, credential_id: int, evidence_id: int) -> Evidence:
    """A file that was sent to the admins, for an admin who is not its owner."""
    case = credential_case(user, credential_id)
    found = (
        Evidence.objects.filter(sent_to_admins(), pk=evidence_id, credential=case)
        .exclude(credential__user=user)
        .select_related("credential__user")
        .first()
    )
    if found is None:
        raise Http404("No such file.")
    return found


def own_view(user: User, session_key: str, credential_id: int, evidence_id: int, link: UUID) -> EvidenceView:
    """A look at a file, over or not, for the admin and the session that asked for it. Anybody else's is not there."""
    evidence = evidence_case(user, credential_id, evidence_id)
    found = EvidenceView.objects.filter(link=link, evidence=evidence, viewed_by=user).first()
    if found is None or not constant_time_compare(found.session_digest, digest_of(session_key)):
        raise Http404("No such view.")
    found.evidence = evidence
    return found


def any_person(user: User, person_id: int) -> User:
    """Anybody, for an admin."""
    admin_only(user)
    found = User.objects.filter(pk=person_id).first()
    if found is None:
        raise Http404("No such person.")
    return found


def any_grant(user: User, person_id: int, grant_id: int) -> RoleGrant:
    """A role grant of a person, for an admin."""
    admin_only(user)
    grant = RoleGrant.objects.filter(pk=grant_id, user=person_id).first()
    if grant is None:
        raise Http404("No such role.")
    return grant


def any_pause(user: User, person_id: int, pause_id: int) -> Pause:
    """A pause of a person, for an admin."""
    admin_only(user)
    pause = Pause.objects.filter(pk=pause_id, user=person_id).select_related("user").first()
    if pause is None:
        raise Http404("No such pause.")
    return pause


def own_conflict(user: User, conflict_id: int) -> Conflict:
    """A conflict that is recorded of this person."""
    conflict = Conflict.objects.filter(pk=conflict_id, user=user).first()
    if conflict is None:
        raise Http404("No such conflict of yours.")
    return conflict


def any_conflict(user: User, person_id: int, conflict_id: int) -> Conflict:
    """A conflict in which a person stands, for an admin."""
    admin_only(user)
    conflict = Conflict.objects.filter(Q(user=person_id) | Q(other=person_id), pk=conflict_id).first()
    if conflict is None:
        raise Http404("No such conflict.")
    return conflict


def training_module(slug: str) -> TrainingModule:
    """The newest version of a module. Everybody who is signed in may learn."""
    found = current_module(slug)
    if found is None:
        raise Http404("No such module.")
    return found


def training_source(user: User, slug: str, number: int | None = None) -> TrainingModule:
    """The newest version of a module for an admin; a numbered one comes with its file."""
    admin_only(user)
    versions = TrainingModule.objects.filter(slug=slug).order_by("-number")
    found = versions.defer("source").first() if number is None else versions.filter(number=number).first()
    if found is None:
        raise Http404("No such version.")
    return found


def any_qualification(user: User, person_id: int, qualification_id: int) -> Qualification:
    """A qualification of a person, for an admin."""
    admin_only(user)
    found = Qualification.objects.filter(pk=qualification_id, user=person_id).select_related("user").first()
    if found is None:
        raise Http404("No such qualification.")
    return found


def own_exam(user: User, exam_id: int) -> Exam:
    """An exam of this person."""
    exam = Exam.objects.select_related("module").defer("module__source").filter(pk=exam_id, user=user).first()
    if exam is None:
        raise Http404("No such exam of yours.")
    return exam
