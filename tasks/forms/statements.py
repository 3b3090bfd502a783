"""Marking a statement by quoting its words."""

from django import forms

from tasks.statements import SOURCE_LONGEST
from tasks.states import Certainty, SourceKind


class StatementForm(forms.Form):
    """Which words, what they rest on, how sure the author is."""

    quote = forms.CharField(
        label="The words", help_text="Letter by letter as they stand in your text.", widget=forms.Textarea({"rows": 2})
    )
    source_kind = forms.ChoiceField(label="Rests on", choices=[("", "Choose"), *SourceKind.choices])
    source = forms.CharField(
        label="Address or DOI",
        required=False,
        max_length=SOURCE_LONGEST,
        help_text="Not needed for your own derivation.",
    )
    certainty = forms.TypedChoiceField(
        label="How sure are you?", choices=[("", "Choose"), *Certainty.choices], coerce=int
    )
    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
