"""The road from a new account to the first claim, as steps that can be left and taken up again."""

from dataclasses import dataclass
from datetime import datetime

from experts.models import User
from experts.policies.gates import standing
from experts.queries.application import profile_of
from experts.queries.credentials import own_credentials
from experts.queries.training import training_progress
from experts.states import CredentialState


@dataclass(frozen=True)
class Step:
    """One step: what to do, whether it is done, and what is so about it in a sentence."""

    title: str
    done: bool
    said: str
    action: str = ""
    url_name: str = ""
    waiting: bool = False
    """It is somebody else's turn."""


def steps_of(user: User, *, at: datetime) -> list[Step]:
    """Every step of this person's application, in order. Twelve queries at most."""
    found = standing(user, at=at)
    personal = {gate.name: gate for gate in found.personal.all}
    agreement = personal["agreement"]
    return [
        Step("Confirm your address", done=True, said="Done when you signed up."),
        _profile(user),
        Step(
            "Sign the agreement",
            done=agreement.passes,
            said=agreement.reason,
            action="Read it again" if agreement.passes else agreement.fix,
            url_name="agreement",
        ),
        _credential(user, verified=bool(found.verified)),
        _training(user, done=found.qualified),
        Step(
            "Claim a task",
            done=False,
            said="The board lists what you may claim, and says why not for the rest.",
            action="See the board",
            url_name="write_board",
        ),
    ]


def _training(user: User, *, done: bool) -> Step:
    modules = training_progress(user)
    passed = sum(one.passed for one in modules)
    said = f"{passed} of {len(modules)} modules passed." if modules else "The modules are not published yet."
    return Step("Pass the training", done, said, "Read it again" if done else "Go on with it", "training")


def next_step(steps: list[Step]) -> Step | None:
    """The first step that this person can take now."""
    return next((step for step in steps if not step.done and not step.waiting), None)


def _profile(user: User) -> Step:
    """Complete once an admin can read it: a name, a language, a field."""
    profile = profile_of(user)
    missing = [
        what
        for what, is_there in [
            ("your name", user.name),
            ("a language", profile and profile.languages),
            ("a field that you know", profile and profile.domains.all()),
        ]
        if not is_there
    ]
    said = f"Still missing: {', '.join(missing)}." if missing else "Admins read it beside your credentials."
    return Step(
        "Say who you are",
        done=not missing,
        said=said,
        action="Fill it in" if missing else "Change it",
        url_name="profile",
    )


# By what the person's credentials are like, the most urgent first: what is said, and the next act.
_CREDENTIALS = [
    (CredentialState.NEEDS_INFORMATION, "An admin has a question for you.", "Answer it", False),
    (CredentialState.SUBMITTED, "You have asked, and an admin will look at it.", "See where it stands", True),
    (CredentialState.DRAFT, "You have begun one and not sent it yet.", "Go on with it", False),
]


def _credential(user: User, *, verified: bool) -> Step:
    title = "Be verified in the fields you know"
    states = {found.state for found in own_credentials(user)}
    for state, said, action, waiting in _CREDENTIALS:
        if state in states:
            return Step(title, done=verified, said=said, action=action, url_name="credentials", waiting=waiting)
    if verified:
        return Step(title, done=True, said="You are verified.", action="See your credentials", url_name="credentials")
    if states:
        return Step(title, False, "None of your credentials holds now.", "See why, and ask again", "credentials")
    return Step(
        title, False, "A degree, a licence, your work: about five minutes.", "Ask to be verified", "credential_new"
    )
