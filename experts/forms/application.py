"""Who one is, and agreeing."""

from typing import Any

from django import forms
from django.conf.locale import LANG_INFO

from experts.forms.domains import DomainsField
from experts.models import Profile, User

MOST_LANGUAGES = 4


def languages() -> list[tuple[str, str]]:
    """Every language that Django can name, by its own name and in English: the person looks for their own."""
    named = [(code, info) for code, info in LANG_INFO.items() if "name" in info]
    labels = [
        (code, info["name"] if info["name"] == info["name_local"] else f"{info['name']} ({info['name_local']})")
        for code, info in named
    ]
    return sorted(labels, key=lambda pair: pair[1])


class ProfileForm(forms.Form):
    """Half-filled is welcome: the steps say what is still missing."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        required=False,
        help_text="Admins see it. Reviewers, authors and labs never do.",
    )
    about = forms.CharField(
        label="What you do",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Two or three sentences. Admins read them beside your credentials.",
    )
    domains = DomainsField(label="What you know", required=False, help_text="The fields you would like to write in.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "None"), *languages()]
        for number in range(1, MOST_LANGUAGES + 1):
            label = "The language you write best" if number == 1 else f"Language {number}"
            self.fields[f"language_{number}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.order_fields(["name", "about", *[f"language_{n}" for n in range(1, MOST_LANGUAGES + 1)], "domains"])

    @classmethod
    def of(cls, user: User, profile: Profile | None) -> "ProfileForm":
        """The form, filled in with what is known."""
        initial: dict[str, Any] = {"name": user.name}
        if profile is not None:
            initial |= {f"language_{n}": code for n, code in enumerate(profile.languages, start=1)}
            initial |= {"about": profile.about, "domains": [domain.pk for domain in profile.domains.all()]}
        return cls(initial=initial)

    def said(self) -> dict[str, Any]:
        """The cleaned form as the action takes it."""
        sent = self.cleaned_data
        codes = [sent[f"language_{n}"] for n in range(1, MOST_LANGUAGES + 1) if sent[f"language_{n}"]]
        return {"name": sent["name"], "about": sent["about"], "languages": codes, "domains": sent["domains"]}


class SignatureForm(forms.Form):
    """Agreeing to the version that was read."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label="Your name, as your signature", max_length=120)


class AgreementForm(forms.Form):
    """A new version of the agreement."""

    after = forms.IntegerField(widget=forms.HiddenInput)
    changes = forms.CharField(
        label="What is different",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who signed before reads this first.",
    )
    body = forms.CharField(
        label="The agreement",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Markdown.",
    )
