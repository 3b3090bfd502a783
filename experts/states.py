"""What a credential can be, who may hold which role, and the legal moves."""

from django.db.models import TextChoices

from pasiflora.kernel.lifecycle import Moves


class CredentialKind(TextChoices):
    """What supports a claim about a person."""

    DEGREE = "degree", "Degree"
    LICENCE = "licence", "Professional licence"
    EMPLOYMENT = "employment", "Employment"
    PUBLICATIONS = "publications", "Publication record"
    CERTIFICATION = "certification", "Certification"
    VOUCH = "vouch", "Vouch by a verified expert"


class CredentialState(TextChoices):
    """Where a credential stands with the admins."""

    DRAFT = "draft", "Not sent yet"
    SUBMITTED = "submitted", "Waiting for an admin"
    NEEDS_INFORMATION = "needs_information", "Waiting for your answer"
    VERIFIED = "verified", "Verified"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    WITHDRAWN = "withdrawn", "Withdrawn"


AGAIN = (CredentialState.DECLINED, CredentialState.REVOKED, CredentialState.EXPIRED, CredentialState.WITHDRAWN)
"""Where asking again starts from the earlier attempt. A verified one is renewed the same way."""

_C = CredentialState
CREDENTIAL_MOVES: Moves[CredentialState] = {
    _C.DRAFT: frozenset({_C.SUBMITTED, _C.WITHDRAWN}),
    _C.SUBMITTED: frozenset({_C.NEEDS_INFORMATION, _C.VERIFIED, _C.DECLINED, _C.WITHDRAWN}),
    _C.NEEDS_INFORMATION: frozenset({_C.SUBMITTED, _C.DECLINED, _C.WITHDRAWN}),
    _C.VERIFIED: frozenset({_C.EXPIRED, _C.REVOKED}),
}

OPEN_TO_EVIDENCE = (CredentialState.DRAFT, CredentialState.NEEDS_INFORMATION)
"""Where the person may still change what they say and what supports it."""

SETTLED = tuple(state for state in CredentialState if state not in {*OPEN_TO_EVIDENCE, CredentialState.SUBMITTED})
"""Where nobody waits for anybody. What supported it is kept for a while and then shredded."""


class EvidenceViewState(TextChoices):
    """Where an admin's look at a file stands."""

    ASKED = "asked", "Being opened"
    READY = "ready", "Open"
    FAILED = "failed", "Could not be opened"
    ENDED = "ended", "Ended"


_V = EvidenceViewState
EVIDENCE_VIEW_MOVES: Moves[EvidenceViewState] = {
    _V.ASKED: frozenset({_V.READY, _V.FAILED, _V.ENDED}),
    _V.READY: frozenset({_V.ENDED}),
}

RULING_WORDS = {
    CredentialState.VERIFIED: "verified",
    CredentialState.NEEDS_INFORMATION: "asked for more",
    CredentialState.DECLINED: "declined",
    CredentialState.REVOKED: "revoked",
}
"""What an admin can do to a credential, as one admin tells another. The labels of the states speak to the person."""


class VouchState(TextChoices):
    """What became of a request to vouch for somebody, as the applicant is told."""

    ASKED = "asked", "No answer yet"
    GIVEN = "given", "Has vouched for you"
    TAKEN_BACK = "taken_back", "You took it back"
    LAPSED = "lapsed", "No answer in 30 days"


class VouchRefusal(TextChoices):
    """Why somebody did not vouch. The applicant is not told: the request stays open to them until it lapses."""

    DECLINED = "declined", "Declined"
    UNKNOWN = "unknown", "Does not know this person"


_W = VouchState
VOUCH_MOVES: Moves[VouchState] = {_W.ASKED: frozenset({_W.GIVEN, _W.TAKEN_BACK, _W.LAPSED})}


class Role(TextChoices):
    """What a person may be besides an expert. Lab membership belongs to the lab."""

    REVIEWER = "reviewer", "Reviewer"
    ADJUDICATOR = "adjudicator", "Adjudicator"
    ADMIN = "admin", "Admin"


DOMAIN_ROLES = frozenset({Role.REVIEWER, Role.ADJUDICATOR})
"""Roles that are granted for one domain at a time; an admin is an admin everywhere."""


class ModulePurpose(TextChoices):
    """What a module is for."""

    TRAINING = "training", "Training"
    CALIBRATION = "calibration", "Reviewers' calibration test"


class QualificationKind(TextChoices):
    """What training opens."""

    WRITING = "writing", "Writing"
    REVIEWING = "reviewing", "Reviewing"


class ConflictKind(TextChoices):
    """Why two people must not judge each other's work."""

    EMPLOYER = "employer", "Same employer"
    DECLARED = "declared", "Declared"
    VOUCHED = "vouched", "One vouched for the other"


class PersonState(TextChoices):
    """What an admin may look for in the accounts. A person can be in several of these, or in none."""

    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"
    LEAVING = "leaving", "Has asked to be erased"
    ERASED = "erased", "Erased"


class CheckOutcome(TextChoices):
    """What came of an automatic check."""

    WAITING = "waiting", "Not answered yet"
    FOUND = "found", "In order"
    PROBLEM = "problem", "A problem"
    UNCHECKED = "unchecked", "Could not be checked"


class NoticeKind(TextChoices):
    """What a person can be told. The label is what they choose by."""

    CLAIM_ENDING = "claim_ending", "A claim of yours is about to end"
    CLAIM_ENDED = "claim_ended", "A claim of yours has ended"
    DECISION = "decision", "Your response is approved or rejected"
    CHANGES_REQUESTED = "changes_requested", "Changes are requested in your response"
    APPEAL_DECIDED = "appeal_decided", "An appeal is decided"
    REVIEW_WAITING = "review_waiting", "Responses wait for a reviewer"
    REVIEW_ASSIGNED = "review_assigned", "A revision is kept for you, who asked for it"
    REVIEW_ENDING = "review_ending", "A review of yours is about to end"
    REVIEW_DECIDED = "review_decided", "What you reviewed is decided"
    CASE_WAITING = "case_waiting", "Cases wait for an adjudicator"
    APPEAL_FILED = "appeal_filed", "An appeal waits for a reader"
    CREDENTIAL_RULING = "credential_ruling", "An admin has ruled on your credential"
    CREDENTIAL_ENDING = "credential_ending", "A credential ends soon"
    CREDENTIAL_ENDED = "credential_ended", "A credential has ended"
    VOUCH_ASKED = "vouch_asked", "Somebody asks you to vouch for them"
    VOUCH_GIVEN = "vouch_given", "Somebody has vouched for you"
    PAUSED = "paused", "Your new work is paused"
    REINSTATED = "reinstated", "A pause of yours has ended"
    DOMAIN_SHORT = "domain_short", "A domain runs short of reviewers"
    CASE_STUCK = "case_stuck", "Nobody may answer an appeal or decide a case"
    TASK_SET_ASIDE = "task_set_aside", "A task is set aside until an admin has looked"
    TASK_LOOKED_AT = "task_looked_at", "An admin has looked at a task that you gave back or hold"


class NoticeWay(TextChoices):
    """How a notice reaches its reader besides the page."""

    IMMEDIATE = "immediate", "At once"
    DIGEST = "digest", "Once a day"
    OFF = "off", "No e-mail"


ONCE_A_DAY = frozenset(
    {
        NoticeKind.REVIEW_WAITING,
        NoticeKind.REVIEW_DECIDED,
        NoticeKind.CASE_WAITING,
        # One person could cause many of these in an hour; the tasks wait meanwhile, and the desk shows them.
        NoticeKind.TASK_SET_ASIDE,
    }
)
"""What is told once a day until its reader chooses otherwise; everything else is told at once."""
