"""Forms of projects and imports."""

from typing import Any

from django import forms
from django.utils.text import slugify

from experts.forms.domains import DomainsField
from experts.models import Domain
from tasks.models import Project
from tasks.models.projects import Rubric
from tasks.states import NoteKind
from tasks.texts import unix_lines

NONE_IS_ZERO = ("statements_expected", "words_min", "words_max")


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]  # Django forms take no parameter at run time
    """The settings of a project."""

    domains = DomainsField(
        label="Domains", required=False, help_text="Tasks may be in these and in what is under them. None: in any."
    )
    blocking = forms.MultipleChoiceField(
        label="What has to be mended before a response can be submitted",
        choices=NoteKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A machine notices these and may be wrong. What is ticked keeps a response from being submitted "
        "until its author has mended it; the rest is shown to the author alone. A page that could not be looked at "
        "keeps nobody from it.",
    )
    field_order = ("name", "summary", "domains")

    class Meta:
        model = Project
        fields = (
            "name", "summary", "rubric", "licence", "overlap", "bar_accuracy", "bar_nuance",
            "bar_calibration", "bar_clarity", "statements_expected", "answer_first", "words_min", "words_max",
            "blocking", "minutes", "pay_cents", "currency", "lease_minutes", "lease_cap_minutes", "open",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rubric"].queryset = Rubric.objects.order_by("-number")  # type: ignore[attr-defined]  # the stubs see a plain Field
        if self.instance.pk:
            self.initial["domains"] = list(self.instance.domains.values_list("pk", flat=True))
        self.fields["rubric"].initial = Rubric.objects.order_by("-number").values_list("pk", flat=True).first()
        for name in NONE_IS_ZERO:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """A bound that is left empty is none."""
        sent = super().clean() or {}
        return sent | {name: 0 for name in NONE_IS_ZERO if name in sent and sent[name] is None}

    def clean_name(self) -> str:
        """The name also gives the address, so it must be free."""
        name: str = self.cleaned_data["name"]
        slug = slugify(name)[:80]
        if not slug:
            raise forms.ValidationError("Use at least one letter or digit.")
        if Project.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("A project with this name exists already.")
        if not self.instance.pk:
            self.instance.slug = slug
        return name


class GuidelineForm(forms.Form):
    """The instructions of a project."""

    body = forms.CharField(
        label="Guideline",
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
        help_text="Markdown. Who asks, what a good answer is, what to leave out, how long. A change is a new version.",
    )

    def clean_body(self) -> str:
        """Line ends as the writer typed them."""
        return unix_lines(self.cleaned_data["body"])


class UploadForm(forms.Form):
    """A file of tasks."""

    file = forms.FileField(
        label="File",
        help_text="JSONL or CSV with at least the field instruction. Also read: context, domain, source, licence, "
        "language, id, priority. Other fields are kept beside the task.",
    )
    domain = forms.ModelChoiceField(
        Domain.objects.order_by("name"),
        label="Domain of rows that name none",
        required=False,
        empty_label="Rows must name their domain",
    )
