"""A small course and a small test, in the format of the files that come with Pasiflora."""

from django.utils import timezone

from experts.actions.training import begin_exam, hand_in, publish_module
from experts.models import Exam, TrainingModule, User
from experts.training.content import read_module
from experts.training.sentences import sentences
from tests.factories import NOON

DOMAINS = ("medicine", "law", "physics")
COURSE = ("accuracy", "nuance", "calibration", "clarity")
CRITERIA = ("accuracy", "nuance", "calibration", "clarity")


def score_item(slug: str, number: int, criteria: tuple[str, ...], *, critical: bool = False) -> str:
    score = 1 if critical else number % 5 + 1
    lines = [
        "[[items]]",
        f'key = "{slug}-{number}"',
        'kind = "score"',
        f'domain = "{DOMAINS[number % 3]}"',
        f'instruction = "Task {slug} {number}?"',
        f'response = "Response {slug} {number}. It goes on."',
    ]
    if critical:
        lines += ["critical = true", f'critical_error = "SECRET-critical-{slug}-{number}"']
    lines += ["[items.reference]", *[f"{criterion} = {score}" for criterion in criteria]]
    lines += ["[items.reasons]", *[f'{criterion} = "SECRET-reason-{slug}-{number}"' for criterion in criteria]]
    return "\n".join(lines)


def find_item(slug: str, number: int) -> str:
    return "\n".join([
        "[[items]]",
        f'key = "{slug}-find-{number}"',
        'kind = "find"',
        f'domain = "{DOMAINS[number % 3]}"',
        'fault = "wrong"',
        f'instruction = "Find {slug} {number}."',
        f'response = "It begins well {number}. Then it errs. It ends well."',
        'sentence = "Then it errs."',
        f'reason = "SECRET-find-{slug}-{number}"',
    ])  # fmt: skip


def text_of(slug: str, criteria: tuple[str, ...], *, scores: int, finds: int, purpose: str = "training") -> str:
    critical = 8 if purpose == "calibration" else 0
    head = [
        f'slug = "{slug}"',
        "version = 1",
        f'title = "{slug.title()}"',
        f'purpose = "{purpose}"',
        f"criteria = [{', '.join(f'{c!r}' for c in criteria)}]",
        "minutes = 30",
        'summary = "What it is about."',
        "[[lessons]]",
        'title = "One thing"',
        'text = "A **lesson**."',
    ]
    items = [score_item(slug, number, criteria, critical=number < critical) for number in range(scores)]
    return "\n".join([*head, *items, *[find_item(slug, number) for number in range(finds)]])


def publish_course(sets: int = 2) -> None:
    """The five modules with so many sets of fresh exercises each, and the reviewers' test in two forms."""
    for slug in COURSE:
        publish(text_of(slug, (slug,), scores=4 * sets, finds=2 * sets))
    publish(text_of("whole", CRITERIA, scores=3 * sets, finds=sets))
    for form in "ab":
        publish(text_of(f"reviewers-{form}", CRITERIA, scores=24, finds=0, purpose="calibration"))


def publish(text: str) -> TrainingModule:
    return publish_module(module=read_module(text), by=None, at=NOON)


def right_answers(exam: Exam) -> dict[str, object]:
    """What the references say."""
    items = {item["key"]: item for item in exam.module.content["items"]}
    return {
        key: sentences(items[key]["response"]).index(items[key]["sentence"])
        if items[key]["kind"] == "find"
        else dict(items[key]["reference"])
        for key in exam.items
    }


def wrong_answers(exam: Exam) -> dict[str, object]:
    """As far off as can be."""
    return {
        key: 0 if not isinstance(answer, dict) else {c: 5 if score <= 3 else 1 for c, score in answer.items()}
        for key, answer in right_answers(exam).items()
    }


def sit(user: User, slug: str, answers=right_answers) -> Exam:
    """Begin an exam and hand it in."""
    exam = begin_exam(slug=slug, by=user, at=timezone.now())
    return hand_in(exam=exam, by=user, at=timezone.now(), answers=answers(exam))
