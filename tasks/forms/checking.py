"""The author's own reading, before handing in."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from tasks.forms.writing import note_field
from tasks.models import Draft, Rubric
from tasks.states import CRITERIA

SCORES = [("", "Not judged"), *[(str(score), str(score)) for score in range(1, 6)]]
WHY_LONGEST = 1_000


@dataclass(frozen=True)
class OwnReading:
    """One criterion as its author is asked about it."""

    name: str
    question: str
    anchors: list[dict[str, str]]
    bar: int
    score: forms.BoundField
    text: forms.BoundField


class CheckForm(forms.Form):
    """What the author thinks of the four criteria, and the note to the reviewers."""

    note = note_field()
    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in CRITERIA:
            self.fields[criterion] = forms.ChoiceField(label="Your score", choices=SCORES, required=False)
            self.fields[f"{criterion}_text"] = forms.CharField(
                label="Why", max_length=WHY_LONGEST, required=False, widget=forms.Textarea({"rows": 2})
            )

    @classmethod
    def of(cls, draft: Draft) -> "CheckForm":
        """The form as the draft is now, with a fresh key for one submission."""
        told: dict[str, Any] = {"note": draft.note, "base_version": draft.version, "key": uuid.uuid4()}
        for criterion, reading in draft.self_check.items():
            told |= {criterion: str(reading.get("score", "")), f"{criterion}_text": reading.get("text", "")}
        return cls(initial=told)

    def by_criterion(self, rubric: Rubric, bars: dict[str, int]) -> Iterator[OwnReading]:
        """The fields in the order of the rubric, beside its words."""
        for criterion in rubric.criteria:
            key = criterion["key"]
            yield OwnReading(
                criterion["name"],
                criterion["question"],
                criterion["anchors"],
                bars[key],
                self[key],
                self[f"{key}_text"],
            )

    def self_check(self) -> dict[str, dict[str, int | str]]:
        """What was judged: a criterion with neither a score nor a word is left out."""
        sent = self.cleaned_data
        found: dict[str, dict[str, int | str]] = {}
        for key in CRITERIA:
            score, words = sent[key], sent[f"{key}_text"].strip()
            if score or words:
                found[key] = ({"score": int(score)} if score else {}) | {"text": words}
        return found
