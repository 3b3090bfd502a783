"""What an author sees before handing in."""

from experts.models import User
from tasks.models import Claim, Revision, Task

COMPARED = 30
"""Earlier responses that a text is compared with at most: so many texts are read for one page."""


def earlier_responses(*, by: User, claim: Claim) -> list[str]:
    """The newest responses of this person to other tasks, and of anybody to this one; never to this claim itself."""
    others = Revision.objects.exclude(submission__claim=claim).order_by("-pk").values_list("body", flat=True)
    own = others.filter(submission__author=by)[: COMPARED // 2]
    same = others.filter(submission__task=claim.task_id).exclude(submission__author=by)[: COMPARED // 2]
    return [*own, *same]


def chat_of(task: Task, body: str) -> list[dict[str, str]]:
    """The two turns of the row that a lab gets; exports/writers/rows.py writes the same by SQL, and a test compares."""
    asked = f"{task.instruction}\n\n{task.context}" if task.context else task.instruction
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": body}]
