"""What an admin makes of a task that was given back."""

from collections.abc import Sequence
from typing import Any

from django import forms

from experts.models import Domain
from tasks.models import Task
from tasks.queries.projects import domains_of
from tasks.states import LookOutcome, TaskState
from tasks.texts import unix_lines

CLOSED = (TaskState.DRAFT, TaskState.RESOLVED, TaskState.WITHDRAWN)
"""States in which there is nothing to do about a task."""


class LookForm(forms.Form):
    """Keep it, move it or withdraw it, and why. Only what can be done is offered."""

    outcome = forms.ChoiceField(label="What becomes of it?", widget=forms.RadioSelect)
    domain = forms.ModelChoiceField(
        Domain.objects.none(),
        label="The right domain",
        required=False,
        empty_label="Choose a domain",
        help_text="Only when you move it.",
    )
    reason = forms.CharField(
        label="Reason",
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
        outcome, domain = self.fields["outcome"], self.fields["domain"]
        outcome.choices = [(one.value, one.label) for one in (*offered, LookOutcome.WITHDRAWN)]  # type: ignore[attr-defined]  # the stubs see a plain Field
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
        return [int(part) for part in sent.split("-") if part.isdecimal()]
