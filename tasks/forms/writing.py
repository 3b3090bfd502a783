"""The forms of the writing desk."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms

from pasiflora.kernel.edge import text, whole_number
from pasiflora.kernel.errors import Invalid
from tasks.models import Draft
from tasks.states import ReleaseReason
from tasks.texts import same_but_line_ends, unix_lines


class ExactTextarea(forms.CharField):
    """Text as it was typed: not stripped, and with the line ends that the writer's machine uses undone.

    NUL and length are left to the action, which refuses with a sentence that says where and how much.
    """

    def __init__(self, *, rows: int, required: bool = False, **options: Any) -> None:
        super().__init__(strip=False, required=required, widget=forms.Textarea(attrs={"rows": rows}), **options)
        self.validators = []

    def to_python(self, value: object) -> str:
        return unix_lines(super().to_python(value) or "")


def note_field() -> ExactTextarea:
    """The note that goes with a response, wherever it is written."""
    return ExactTextarea(
        label="Note to the reviewers",
        help_text="What they should know but the lab should not get. Do not say who you are.",
        rows=3,
    )


class DraftForm(forms.Form):
    """The response with the version it was based on. Posted whole, so that it works without JavaScript."""

    body = ExactTextarea(label="Your response", rows=24)
    note = note_field()
    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, draft: Draft) -> "DraftForm":
        """The form showing a draft, with a fresh key for one submission."""
        return cls(initial={"body": draft.body, "note": draft.note, "base_version": draft.version, "key": uuid.uuid4()})

    def shows(self, draft: Draft) -> bool:
        """Whether a form that comes back holds what is saved, but for how a browser ends lines."""
        return all(
            same_but_line_ends(str(self[name].value() or ""), saved)
            for name, saved in (("body", draft.body), ("note", draft.note))
        )


@dataclass(frozen=True)
class HandIn:
    """A response on its way to review, whichever way it was sent."""

    body: str
    note: str
    base_version: int
    idempotency_key: uuid.UUID
    statements: object = None
    """As a browser tells of them; None leaves the saved ones."""

    @classmethod
    def from_form(cls, form: DraftForm) -> "HandIn":
        """From the page's form; Invalid when its hidden fields were lost."""
        if not form.is_valid():
            raise Invalid("The form came incomplete. Your text is kept; reload the page and submit again.")
        sent = form.cleaned_data
        return cls(sent["body"], sent["note"], sent["base_version"], sent["key"])

    @classmethod
    def from_json(cls, sent: dict[str, Any]) -> "HandIn":
        """From a program, which sends line ends as they are: nothing is changed."""
        try:
            key = uuid.UUID(text(sent.get("key")))
        except ValueError as error:
            raise Invalid("The field key must be a UUID of your choice, the same when you try again.") from error
        return cls(
            text(sent.get("body")),
            text(sent.get("note", "")),
            whole_number(sent.get("base_version")),
            key,
            sent.get("statements"),
        )


class ReleaseForm(forms.Form):
    """Why a task is given back."""

    reason = forms.ChoiceField(
        label="Why do you release this task?",
        choices=ReleaseReason,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason."},
    )
    missing = forms.CharField(
        label="What is missing or wrong?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence helps an admin to mend the task. Admins read it with your name.",
        error_messages={"max_length": "Shorten this to 1,000 characters."},
    )

    def clean_missing(self) -> str:
        """Line ends as the writer typed them."""
        return unix_lines(self.cleaned_data["missing"])
