"""What reviewers and adjudicators fill in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from pasiflora.kernel.errors import Invalid
from reviews import sheet
from reviews.completeness import listed
from reviews.models.availability import MOST_OPEN
from reviews.states import SCORING_ORDER, AppealOutcome, HandBack, Outcome, Verdict
from tasks.forms.writing import ExactTextarea
from tasks.states import CRITERIA
from tasks.texts import unix_lines

CANNOT_JUDGE = "cannot"
SCORES = [(str(score), str(score)) for score in range(1, 6)] + [(CANNOT_JUDGE, "Cannot judge")]


@dataclass(frozen=True)
class CriterionFields:
    """One criterion as the desk shows it: the rubric's words beside the two fields."""

    key: str
    name: str
    question: str
    bar: int
    anchors: list[dict[str, str]]
    score: forms.BoundField
    reason: forms.BoundField


class ReviewForm(forms.Form):
    """Four scores with their reasons, a comment, a verdict. Every field may be empty in a draft.

    Rows of comments, checks and flags travel in the same flat fields: see reviews.sheet.
    """

    comment = ExactTextarea(
        label="Comment to the author",
        help_text="What must change, where, and what would make it a 4. The author reads this without your name.",
        rows=5,
    )
    verdict = forms.ChoiceField(label="Verdict", choices=Verdict, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in CRITERIA:
            self.fields[key] = forms.ChoiceField(label=key, choices=SCORES, widget=forms.RadioSelect)
            self.fields[f"{key}_reason"] = ExactTextarea(
                label="Reason",
                help_text="Due for 3 or less and 5. For 1, 2 and 5 comment on a passage too.",
                rows=2,
            )

    def by_criterion(self, criteria: list[dict[str, Any]], bars: dict[str, int]) -> Iterator[CriterionFields]:
        """The fields in the order of scoring, each with the rubric's anchors and the project's bar."""
        for criterion in sorted(criteria, key=lambda each: SCORING_ORDER.index(each["key"])):
            key = criterion["key"]
            yield CriterionFields(
                key=key,
                name=criterion["name"],
                question=criterion["question"],
                bar=bars[key],
                anchors=criterion["anchors"],
                score=self[key],
                reason=self[f"{key}_reason"],
            )

    def judgement(self, *, body: str, statements: Iterable[int]) -> dict[str, Any]:
        """scores, reasons, comment, verdict and findings for the action; Invalid naming what was left open.

        `body` is the source that was read, `statements` are the numbers of those that its author marked.
        """
        if not self.is_valid():
            missing = [*self._unchecked(statements), *(key for key in (*CRITERIA, "verdict") if key in self.errors)]
            raise Invalid(f"Still to do: {', '.join(missing)}. What you wrote is kept.")
        sent = self.cleaned_data
        return {
            "scores": {key: None if sent[key] == CANNOT_JUDGE else int(sent[key]) for key in CRITERIA},
            "reasons": {key: sent[f"{key}_reason"] for key in CRITERIA},
            "comment": sent["comment"],
            "verdict": Verdict(sent["verdict"]),
            "findings": sheet.findings(self.fields_so_far(), body=body, statements=statements),
        }

    def _unchecked(self, statements: Iterable[int]) -> list[str]:
        """The statements without a finding in words, while accuracy is not scored: it opens once they are checked."""
        told = sheet.checks_so_far(self.fields_so_far())
        open_ = [number for number in statements if not told.get(number, {}).get("finding")]
        return [listed(open_)] if open_ and "accuracy" in self.errors else []

    def fields_so_far(self) -> dict[str, str]:
        """Every known field as it was sent, or as the draft has it, with the line ends of the source."""
        told = self.data if self.is_bound else self.initial
        return {name: unix_lines(str(told[name])) for name in told if name in self.fields or sheet.is_known(name)}

    def shows(self, draft: dict[str, Any]) -> bool:
        """Whether a form that comes back holds what is saved. An empty field is none."""
        saved = type(self)(initial=draft)
        return _filled(self.fields_so_far()) == _filled(saved.fields_so_far())

    @classmethod
    def draft_fields(cls, sent: dict[str, Any]) -> dict[str, str]:
        """The known fields of an autosave as text; unknown ones are dropped, other types refused."""
        names = {*cls().fields, *ExpectationForm.base_fields}
        known = {name: value for name, value in sent.items() if name in names or sheet.is_known(name)}
        if not all(isinstance(value, str) for value in known.values()):
            raise Invalid("The review could not be read. Reload the page and try again.")
        return known


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


class ExpectationForm(forms.Form):
    """Answer first."""

    expectation = ExactTextarea(
        label="What must a good answer contain?",
        help_text="Two lines are enough. Then the response opens. Its author never sees what you wrote here.",
        rows=3,
        required=True,
    )


class HandBackForm(forms.Form):
    """Why a review is handed back."""

    why = forms.ChoiceField(
        label="Why do you hand this back?",
        choices=HandBack,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason."},
    )
    more = forms.CharField(
        label="More about it",
        help_text="Kept with this review. The author does not see it.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _day() -> forms.DateInput:
    """The browser's own calendar. It reads one form of a date and shows nothing for any other."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AvailabilityForm(forms.Form):
    """How much work a reviewer takes, and when none."""

    most_open = forms.TypedChoiceField(
        label="Reviews at once", choices=[(n, str(n)) for n in range(1, MOST_OPEN + 1)], coerce=int, initial=MOST_OPEN
    )
    away_from = forms.DateField(label="Away from", required=False, widget=_day())
    away_until = forms.DateField(label="Away until", required=False, help_text="The last day.", widget=_day())


class _DecidingForm(forms.Form):
    """What whoever decides says of the readings, whether they follow them or not."""

    helped = forms.TypedMultipleChoiceField(
        label="Which readings helped you to decide?",
        help_text="Whether you follow them or not. Their readers can see it, without your name; the author cannot.",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, places: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["helped"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(place, f"Reviewer {place}") for place in places]
        self.order_fields([*[name for name in self.fields if name != "helped"], "helped"])


class RulingForm(_DecidingForm):
    """An adjudicator's decision and its reason."""

    outcome = forms.ChoiceField(label="Decision", choices=Outcome, widget=forms.RadioSelect)
    rationale = ExactTextarea(
        label="Reason", help_text="The author and the reviewers read this, without your name.", rows=6, required=True
    )


class AppealForm(forms.Form):
    """What an author contests, chosen from what was said, and why."""

    quotes = forms.MultipleChoiceField(
        label="What do you contest?",
        help_text="Tick the sentences that you hold to be wrong.",
        widget=forms.CheckboxSelectMultiple,
    )
    text = ExactTextarea(
        label="Why?",
        help_text="Say what a fresh reader should look at: a passage, a source, a step. Leave out who you are.",
        rows=6,
        required=True,
    )

    def __init__(self, *args: Any, said: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["quotes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(said.items())


class AnswerForm(_DecidingForm):
    """The answer to an appeal and its reason."""

    outcome = forms.ChoiceField(label="Your answer", choices=AppealOutcome, widget=forms.RadioSelect)
    rationale = ExactTextarea(
        label="Reason", help_text="The author and the reviewers read this, without your name.", rows=6, required=True
    )
