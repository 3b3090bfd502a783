"""What an admin makes of a task that was given back."""

from collections.abc import Sequence
from typing import Any

from django import forms

from experts.models import Domain
from tasks.models import Task
from tasks.queries.projects import domains_of
from tasks.states import TASK_MOVES, LookOutcome, TaskState
from tasks.texts import NOTE_LONGEST, unix_lines

CLOSED = (TaskState.DRAFT, TaskState.RESOLVED, TaskState.WITHDRAWN)
"""States in which there is nothing to do about a task."""
DIGITS = 19
"""Of the largest number of a row. Longer ones, which Python refuses to read, name none."""


class LookForm(forms.Form):
    """Keep it, move it or withdraw it, and why. Only what can be done is offered."""

    outcome = forms.ChoiceField(
        label="What becomes of it?",
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "This cannot be done any more: the task has changed since you opened the page, perhaps "
            "by another admin. Read what stands above, then choose again."
        },
    )
    domain = forms.ModelChoiceField(
        Domain.objects.none(),
        label="The right domain",
        required=False,
        empty_label="Choose a domain",
        help_text="Only when you move it.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=NOTE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Read by those who gave the task back and, when you withdraw it, by those who hold it. "
        "They do not learn who you are.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, task: Task, unanswered: Sequence[int], movable: bool, **options: Any
    ) -> None:
        super().__init__(data, initial={"seen": "-".join(map(str, unanswered))}, **options)
        offered = [LookOutcome.KEPT] if unanswered else []
        offered += [LookOutcome.MOVED] if movable else []
        offered += [LookOutcome.WITHDRAWN] if TaskState.WITHDRAWN in TASK_MOVES.get(TaskState(task.state), ()) else []
        outcome, domain = self.fields["outcome"], self.fields["domain"]
        outcome.choices = [(one.value, one.label) for one in offered]  # type: ignore[attr-defined]  # the stubs see a plain Field
        if movable:
            domain.queryset = domains_of(task.project).exclude(pk=task.domain_id)  # type: ignore[attr-defined]  # the stubs see a plain Field
        else:
            del self.fields["domain"]

    def clean_reason(self) -> str:
        """Line ends as the writer typed them."""
        return unix_lines(self.cleaned_data["reason"])

    def clean_seen(self) -> list[int]:
        """Ids of the releases that the page showed."""
        sent = self.cleaned_data["seen"]
        return [int(part) for part in sent.split("-") if part.isdecimal() and len(part) <= DIGITS]
