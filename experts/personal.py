"""What this app holds on a person. See pasiflora.kernel.personal."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, JSONField, OuterRef, Q, TextField, Value, When

from experts.models import (
    AddressConfirmation,
    Closure,
    Conflict,
    Credential,
    CredentialAnswer,
    CredentialApproval,
    CredentialCheck,
    CredentialRuling,
    Domain,
    Erasure,
    Exam,
    Pause,
    Profile,
    Qualification,
    RoleGrant,
    Signature,
    User,
    Vouch,
)
from pasiflora.kernel.frozen import ERASED
from pasiflora.kernel.personal import Holding

_NOTHING = Value({}, JSONField())


def _domains(through: str) -> ArraySubquery:
    """The names of the domains of the outer row, by the relation that leads from a domain to it."""
    return ArraySubquery(Domain.objects.filter(**{through: OuterRef("pk")}).order_by("name").values("name"))


def _words(column: str) -> Case:
    """ERASED where there were words, and nothing where there were none."""
    return Case(When(~Q(**{column: ""}), then=Value(ERASED)), default=F(column), output_field=TextField())


HOLDINGS = [
    Holding(
        "account",
        "Your account.",
        lambda person: User.objects.filter(pk=person.pk),
        shown={
            "number": "pk",
            "e_mail": "email",
            "name": "name",
            "open": "is_active",
            "joined_at": "joined_at",
            "last_signed_in_at": "last_login",
        },
        # By the action itself, at its very end: everything else is found by the account.
        kept=dict.fromkeys(("email", "name", "password"), "erased by experts.actions.erasure"),
    ),
    Holding(
        "profile",
        "What you said about yourself.",
        lambda person: Profile.objects.filter(user=person),
        shown={
            "about": "about",
            "languages": "languages",
            "domains": _domains("interested"),
            "saved_at": "saved_at",
        },
        deleted=True,
    ),
    Holding(
        "agreements",
        "The versions of the contributor agreement that you signed.",
        lambda person: Signature.objects.filter(user=person),
        shown={
            "version": "agreement__number",
            "sha256_of_the_text": "agreement__sha256",
            "signed_as": "name",
            "signed_at": "signed_at",
        },
        erased={"name": ERASED},
    ),
    Holding(
        "roles",
        "Roles that you hold or held.",
        lambda person: RoleGrant.objects.filter(user=person),
        shown={
            "role": "role",
            "domain": "domain__name",
            "given_at": "granted_at",
            "reason": "reason",
            "taken_back_at": "revoked_at",
            "reason_for_taking_back": "revoked_reason",
        },
        erased={"reason": "", "revoked_reason": _words("revoked_reason")},
    ),
    Holding(
        "pauses",
        "When you could take no new work, and why.",
        lambda person: Pause.objects.filter(user=person),
        shown={
            "domain": "domain__name",
            "reason": "reason",
            "begun_at": "begun_at",
            "ended_at": "ended_at",
            "reason_for_ending": "ended_reason",
        },
        erased={"reason": ERASED, "ended_reason": _words("ended_reason")},
    ),
    Holding(
        "closures",
        "When your account was closed, and why.",
        lambda person: Closure.objects.filter(user=person),
        shown={
            "reason": "reason",
            "closed_at": "begun_at",
            "reopened_at": "ended_at",
            "reason_for_reopening": "ended_reason",
        },
        erased={"reason": ERASED, "ended_reason": _words("ended_reason")},
    ),
    Holding(
        "conflicts_of_interest",
        "People and employers whose work you must not judge, in the words for them. Addresses are not kept.",
        lambda person: Conflict.objects.filter(user=person),
        shown={
            "kind": "kind",
            "who": "words",
            "recorded_at": "since",
            "left_at": "left_at",
            "ended_at": "ended_at",
            "reason_for_ending": "ended_reason",
        },
        kept=dict.fromkeys(
            ("words", "employer", "address_digest", "ended_reason"), "erased by experts.actions.erasure, pair by pair"
        ),
    ),
    Holding(
        "conflicts_of_interest_of_others",
        "That somebody else, who is not named here, must not judge your work.",
        lambda person: Conflict.objects.filter(other=person),
        shown={"kind": "kind", "recorded_at": "since", "ended_at": "ended_at"},
    ),
    Holding(
        "credentials",
        "What you said that you can do, and how far it was verified.",
        lambda person: Credential.objects.filter(user=person),
        shown={
            "number": "pk",
            "kind": "kind",
            "title": "title",
            "institution": "institution",
            "identifier": "identifier",
            "link": "link",
            "statement": "statement",
            "details": "details",
            "not_sent_yet": "unsent",
            "asked_for": _domains("asked_in_credentials"),
            "verified_for": _domains("credentials"),
            "state": "state",
            "sent_at": "submitted_at",
            "holds_until": "valid_until",
        },
        erased={
            "title": "",
            "institution": "",
            "identifier": "",
            "link": "",
            "statement": "",
            "details": _NOTHING,
            "unsent": _NOTHING,
        },
    ),
    Holding(
        "credential_answers",
        "What you answered when admins asked, and what your claim said before.",
        lambda person: CredentialAnswer.objects.filter(credential__user=person),
        shown={"credential": "credential_id", "answer": "body", "before": "before", "answered_at": "answered_at"},
        erased={"body": "", "before": _NOTHING},
    ),
    Holding(
        "credential_rulings",
        "What admins decided about your credentials, and why.",
        lambda person: CredentialRuling.objects.filter(credential__user=person),
        shown={
            "credential": "credential_id",
            "decided": "outcome",
            "reason": "reason",
            "domains": "scope",
            "until": "valid_until",
            "decided_at": "ruled_at",
        },
        erased={"reason": _words("reason")},
        kept={"scope": "domains, as slugs"},
    ),
    Holding(
        "credential_first_approvals",
        "Where two admins have to agree: what the first one noted.",
        lambda person: CredentialApproval.objects.filter(credential__user=person),
        shown={"credential": "credential_id", "note": "note", "domains": "scope", "at": "approved_at"},
        erased={"note": _words("note")},
        kept={"scope": "domains, as slugs"},
    ),
    Holding(
        "credential_checks",
        "What was checked automatically, and what came of it.",
        lambda person: CredentialCheck.objects.filter(credential__user=person),
        shown={
            "credential": "credential_id",
            "what": "scheme",
            "value": "value",
            "outcome": "outcome",
            "said": "said",
            "checked_at": "checked_at",
        },
        deleted=True,
    ),
    Holding(
        "confirmed_addresses",
        "Addresses at institutions that you gave for a credential.",
        lambda person: AddressConfirmation.objects.filter(user=person),
        shown={
            "credential": "credential_id",
            "address": "address",
            "sent_at": "sent_at",
            "confirmed_at": "confirmed_at",
            "finding": "finding",
        },
        deleted=True,
    ),
    Holding(
        "vouches_asked",
        "Whom you asked to speak for you. What they said was said to the admins in confidence.",
        lambda person: Vouch.objects.filter(applicant=person),
        shown={
            "credential": "credential_id",
            "address": "address",
            "relationship": "relationship",
            "state": "state",
            "asked_at": "asked_at",
        },
        erased={
            "address": ERASED,
            "relationship": ERASED,
            "seen_of_work": _words("seen_of_work"),
            "statement": _words("statement"),
        },
        kept={"domains": "domains, as slugs"},
    ),
    Holding(
        "vouches_given",
        "What you said when you were asked to speak for somebody, who is not named here.",
        lambda person: Vouch.objects.filter(voucher=person),
        shown={
            "how_you_know_their_work": "seen_of_work",
            "what_you_said": "statement",
            "domains": "domains",
            "asked_at": "asked_at",
            "answered_at": "answered_at",
            "refused": "refusal",
        },
        erased={"address": ERASED, "relationship": ERASED},
        kept=dict.fromkeys(
            ("seen_of_work", "statement"), "what was said of somebody else, on which their credential rests"
        ),
    ),
    Holding(
        "exams",
        "Exams that you took, with your marks.",
        lambda person: Exam.objects.filter(user=person),
        shown={
            "module": "slug",
            "version": "module__number",
            "items": "items",
            "answers": "answers",
            "result": "result",
            "passed": "passed",
            "started_at": "started_at",
            "finished_at": "finished_at",
        },
        kept=dict.fromkeys(("slug", "items", "answers", "result"), "marks on our own exercises"),
    ),
    Holding(
        "qualifications",
        "What passing the training opened.",
        lambda person: Qualification.objects.filter(user=person),
        shown={"kind": "kind", "reason": "reason", "granted_at": "granted_at"},
        erased={"reason": _words("reason")},
    ),
    Holding(
        "requests_to_be_erased",
        "When you asked for this data to be erased.",
        lambda person: Erasure.objects.filter(user=person),
        shown={"asked_at": "asked_at", "due_at": "due_at", "taken_back_at": "taken_back_at", "done_at": "done_at"},
    ),
]
