"""The account, what admins did about it, conflicts and training."""

from experts.models import (
    Closure,
    Conflict,
    Erasure,
    Exam,
    Notice,
    NoticeChoice,
    Pause,
    Profile,
    Qualification,
    RoleGrant,
    Signature,
    User,
)
from experts.personal.columns import domains, words
from pasiflora.kernel.frozen import ERASED
from pasiflora.kernel.personal import Holding

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
            "domains": domains("interested"),
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
        erased={"reason": "", "revoked_reason": words("revoked_reason")},
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
        erased={"reason": ERASED, "ended_reason": words("ended_reason")},
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
        erased={"reason": ERASED, "ended_reason": words("ended_reason")},
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
        shown={
            "kind": "kind",
            "reason": "reason",
            "granted_at": "granted_at",
            "revoked_at": "revoked_at",
            "reason_for_revoking": "revoked_reason",
        },
        erased={"reason": words("reason"), "revoked_reason": words("revoked_reason")},
    ),
    Holding(
        "notifications",
        "What you were told, and when you saw it.",
        lambda person: Notice.objects.filter(user=person),
        shown={
            "kind": "kind",
            "headline": "headline",
            "text": "body",
            "page": "url",
            "told_at": "at",
            "seen_at": "seen_at",
            "mailed_at": "mailed_at",
        },
        deleted=True,
    ),
    Holding(
        "choices_of_notifications",
        "How you want to be told of what.",
        lambda person: NoticeChoice.objects.filter(user=person),
        shown={"kind": "kind", "e_mail": "way"},
        deleted=True,
    ),
    Holding(
        "requests_to_be_erased",
        "When you asked for this data to be erased.",
        lambda person: Erasure.objects.filter(user=person),
        shown={"asked_at": "asked_at", "due_at": "due_at", "taken_back_at": "taken_back_at", "done_at": "done_at"},
    ),
]
