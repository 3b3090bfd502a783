"""Every component of the interface on one page, for those who build it. Only while DEBUG is on."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pasiflora.kernel import clock, markdown

TOKENS = [
    *("paper", "raised", "sheet", "ink", "ink-soft", "line", "line-strong", "accent", "accent-surface"),
    *("good", "good-surface", "warn", "warn-surface", "bad", "bad-surface"),
]

PROSE = r"""
## Why the posterior shrinks

With $n$ observations of known variance $\sigma^2$ the posterior mean is a weighted average[^1] of the prior mean
and the data:

$$\mu_n = \frac{\tau^{-2}\mu_0 + n\sigma^{-2}\bar{x}}{\tau^{-2} + n\sigma^{-2}}$$

> The prior is worth $\sigma^2/\tau^2$ observations, no more.

1. Write both as *precisions*.
2. Add them, then read `mu_n` off:

```python
mu_n = (mu_0 / tau**2 + n * mean / sigma**2) / (1 / tau**2 + n / sigma**2)
```

| n | Weight of the data | Note |
|:--|--:|:-:|
| 1 | 0.20 | mostly the prior |
| 40 | 0.91 | mostly the data |

[^1]: Weights are precisions, so the sharper source counts for more.
"""

ANCHORS = [
    ("Wrong where it matters", "The main answer is false, or following it could cause harm."),
    ("Materially flawed", "At least one claim the conclusion rests on is false, outdated, or does not follow."),
    ("Right with slips", "The conclusion holds; a supporting claim is imprecise, or a needed step is left unproved."),
    (
        "Correct",
        "Every claim I checked is true or is marked as uncertain; steps follow; sources say what they are for.",
    ),
    ("Correct and checkable", "As 4, and I could verify each load-bearing claim in minutes from what is given."),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="As the institution writes it.")
    country = forms.ChoiceField(choices=[("pt", "Portugal"), ("pe", "Peru")], required=False)
    about = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="What you know, in your own words.")
    kind = forms.ChoiceField(choices=[("a", "Degree"), ("b", "Professional licence")], widget=forms.RadioSelect)
    domains = forms.MultipleChoiceField(
        choices=[("1", "Cardiology"), ("2", "Statistics")], widget=forms.CheckboxSelectMultiple, required=False
    )
    proof = forms.FileField(required=False, help_text="PDF, PNG or JPEG, at most 10 MB.")
    agree = forms.BooleanField(label="I have read the contributor agreement", help_text="Version 2.")


def design(request: HttpRequest) -> HttpResponse:
    """The style page."""
    bad = SampleForm({"title": "", "country": "pt", "about": "x", "kind": "a", "agree": ""})
    bad.add_error(None, "Two things are missing. What you filled in is kept below.")
    page = {
        "tokens": TOKENS,
        "prose": markdown.render(PROSE, prefix="design"),
        "anchors": ANCHORS,
        "form": SampleForm(auto_id="ok_%s"),
        "bad": bad,
        "soon": clock.now() + timedelta(minutes=48),
    }
    return render(request, "design.html", page)
