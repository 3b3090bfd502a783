"""What a task, a claim and a submission can be, and the legal moves."""

from django.db.models import IntegerChoices, TextChoices

from pasiflora.kernel.lifecycle import Moves

CRITERIA = ("accuracy", "nuance", "calibration", "clarity")
"""The four criteria, in the order of the rubric. Columns, form fields and exported keys carry these names."""


class TaskState(TextChoices):
    """A task is open while somebody may still answer it, and set aside while an admin has to look at it first."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    SET_ASIDE = "set_aside", "Set aside"
    RESOLVED = "resolved", "Resolved"
    WITHDRAWN = "withdrawn", "Withdrawn"


_T = TaskState
TASK_MOVES: Moves[TaskState] = {
    _T.DRAFT: frozenset({_T.OPEN, _T.WITHDRAWN}),
    _T.OPEN: frozenset({_T.RESOLVED, _T.SET_ASIDE, _T.WITHDRAWN}),
    _T.SET_ASIDE: frozenset({_T.OPEN, _T.WITHDRAWN}),
    _T.RESOLVED: frozenset({_T.OPEN}),
}


class ClaimState(TextChoices):
    """A claim holds its slot while active or submitted."""

    ACTIVE = "active", "Being written"
    SUBMITTED = "submitted", "Submitted"
    RELEASED = "released", "Released"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Closed"


HOLDING = (ClaimState.ACTIVE, ClaimState.SUBMITTED)
"""States in which a claim holds its slot."""

_C = ClaimState
CLAIM_MOVES: Moves[ClaimState] = {
    _C.ACTIVE: frozenset({_C.SUBMITTED, _C.RELEASED, _C.EXPIRED, _C.REVOKED}),
    # Back to active when changes are requested; revoked when the submission is rejected, so that the slot opens again.
    _C.SUBMITTED: frozenset({_C.ACTIVE, _C.REVOKED}),
    # An appeal can give a slot back to whoever lost it.
    _C.REVOKED: frozenset({_C.ACTIVE, _C.SUBMITTED}),
    _C.EXPIRED: frozenset({_C.ACTIVE, _C.SUBMITTED}),
}


class ReleaseReason(TextChoices):
    """Why an expert gives a task back. Free of charge, and told to the project."""

    OUTSIDE_EXPERTISE = "outside_expertise", "Outside my expertise"
    UNDERSPECIFIED = "underspecified", "The task is underspecified"
    UNSAFE = "unsafe", "Answering would be unsafe"
    NO_TIME = "no_time", "No time"


TAGS = {
    ReleaseReason.UNSAFE: "unsafe",
    ReleaseReason.UNDERSPECIFIED: "underspecified",
    ReleaseReason.OUTSIDE_EXPERTISE: "outside my expertise",
    ReleaseReason.NO_TIME: "no time",
}
"""What an admin reads on the task, the gravest first."""

ENOUGH_TO_SET_ASIDE = {ReleaseReason.UNSAFE: 1, ReleaseReason.UNDERSPECIFIED: 2}
"""How many different people have to say this of a task before it waits for an admin. The rest only tags it."""
MOST_ON_ONE_WORD = 5
"""Tasks that may wait for an admin on the word of one person alone. What they say of more only tags those, until an
admin has looked at one: nobody empties a board by themselves."""


class LookOutcome(TextChoices):
    """What an admin made of a task that experts gave back."""

    KEPT = "kept", "Keep it as it is"
    MOVED = "moved", "Move it to another domain"
    WITHDRAWN = "withdrawn", "Withdraw it"


class SubmissionState(TextChoices):
    """Where a submission stands with the reviewers."""

    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    REJECTED = "rejected", "Rejected"
    LAPSED = "lapsed", "Lapsed"


_S = SubmissionState
SUBMISSION_MOVES: Moves[SubmissionState] = {
    _S.IN_REVIEW: frozenset({_S.APPROVED, _S.CHANGES_REQUESTED, _S.REJECTED}),
    _S.CHANGES_REQUESTED: frozenset({_S.IN_REVIEW, _S.LAPSED, _S.APPROVED}),
    # After an appeal.
    _S.REJECTED: frozenset({_S.APPROVED, _S.CHANGES_REQUESTED}),
    _S.LAPSED: frozenset({_S.APPROVED, _S.CHANGES_REQUESTED}),
}


class ImportState(TextChoices):
    """An import is checked first; nothing enters the project before somebody confirms."""

    CHECKING = "checking", "Checking the file"
    CHECKED = "checked", "Ready to import"
    REFUSED = "refused", "Has errors"
    IMPORTING = "importing", "Importing"
    IMPORTED = "imported", "Imported"
    FAILED = "failed", "Failed"


_I = ImportState
IMPORT_MOVES: Moves[ImportState] = {
    _I.CHECKING: frozenset({_I.CHECKED, _I.REFUSED, _I.FAILED}),
    _I.CHECKED: frozenset({_I.IMPORTING}),
    _I.IMPORTING: frozenset({_I.IMPORTED, _I.REFUSED, _I.FAILED}),
    _I.FAILED: frozenset({_I.CHECKING}),
}


class Difficulty(TextChoices):
    """How hard a task is for somebody of the field, as its project sees it. Empty: not said."""

    EASY = "easy", "Easy"
    MEDIUM = "medium", "Medium"
    HARD = "hard", "Hard"
    EXPERT = "expert", "Few can answer it"


class SourceKind(TextChoices):
    """What a statement rests on."""

    URL = "url", "A web page"
    DOI = "doi", "A publication, by DOI"
    OWN = "own", "My own derivation"


class Certainty(IntegerChoices):
    """How sure an author is that a statement is true, in per cent. The words say how often they expect to be wrong."""

    SLIGHT = 55, "55 %: slightly more likely than not"
    LIKELY = 65, "65 %: likely"
    QUITE = 75, "75 %: three times in four"
    CONFIDENT = 85, "85 %: confident"
    SURE = 95, "95 %: wrong once in twenty"
    CERTAIN = 99, "99 %: wrong once in a hundred"


class LinkOutcome(TextChoices):
    """What came of looking whether a cited address answers."""

    WAITING = "waiting", "Being asked"
    ANSWERS = "answers", "Answers"
    GONE = "gone", "Gone"
    UNCHECKED = "unchecked", "Could not be checked"


class NoteKind(TextChoices):
    """What sort of thing a machine notices about a response, in the words in which a project says that it blocks."""

    LENGTH = "length", "It is shorter or longer than the words asked for"
    MARKUP = "markup", "A formula or a block of code does not end"
    LINK = "link", "A link is no web address, or its page is gone"
    PERSONAL = "personal", "Something in it looks like personal data"
    LIKENESS = "likeness", "Much of it stands in an earlier response"


class PasteOrigin(TextChoices):
    """Where somebody says that a large paste came from. Empty: not asked, or not said."""

    NOTES = "notes", "My own notes"
    QUOTED = "quoted", "A quoted source"
    TRANSLATION = "translation", "A translation"
    AI = "ai", "AI assistance"
    OTHER = "other", "Something else"
