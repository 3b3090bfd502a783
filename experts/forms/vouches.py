"""Speaking for somebody."""

from django import forms


class VouchForm(forms.Form):
    """What a person says of somebody whose work they know."""

    use_required_attribute = False

    seen_of_work = forms.CharField(
        label="How do you know their work?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Since when, where, in what role: we ran the same ward from 2015 to 2019.",
    )
    statement = forms.CharField(
        label="What can you say of it?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you have seen yourself, and where you would trust their judgement. Only the admins read this.",
    )
    partial = forms.BooleanField(
        label="I understand that the two of us will never judge each other's work here.",
        error_messages={"required": "Tick this first: a vouch makes you partial, and it cannot be taken back."},
    )
