"""A new version of a training module, and an admin's word on somebody's qualification."""

from typing import Any

from django import forms

from experts.states import QualificationKind

LARGEST = 1024 * 1024
"""Bytes of a module; the ones that come with Pasiflora have a tenth of it."""


class ModuleForm(forms.Form):
    """A TOML file, or its text."""

    file = forms.FileField(label="A TOML file", required=False)
    body = forms.CharField(
        label="Or its text",
        required=False,
        strip=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError("A module is at most 1 MB.")
        return file

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = self.cleaned_data
        if sent.get("file"):
            try:
                sent["body"] = sent["file"].read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError("The file is not UTF-8 text.") from error
        if not sent.get("body"):
            raise forms.ValidationError("Choose a file, or paste its text.")
        return sent

    def text(self) -> str:
        """What was sent, either way."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")


class OtherProofForm(forms.Form):
    """What stands in place of an exam."""

    kind = forms.ChoiceField(label="Qualified for", choices=QualificationKind.choices)
    reason = forms.CharField(
        label="The proof that you take instead of an exam",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_kind(self) -> QualificationKind:
        return QualificationKind(self.cleaned_data["kind"])
