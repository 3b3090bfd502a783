"""What labs and their admins fill in."""

from typing import Any

from django import forms
from django.utils.text import slugify

from experts.forms.domains import DomainsField
from exports.models import Dataset, Lab
from exports.queries import commissioned_projects
from exports.states import LabRole
from tasks.models import Project


class DatasetForm(forms.ModelForm):  # type: ignore[type-arg]  # Django forms take no parameter at run time
    """A specification: from where, in which domains, at which bars."""

    domains = DomainsField(label="Domains", required=False, help_text="None chosen: every domain.")

    class Meta:
        model = Dataset
        fields = ("name", "projects", "domains", "bar_accuracy", "bar_nuance", "bar_calibration", "bar_clarity")
        widgets = {"projects": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, lab: Lab, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lab = lab
        self.fields["projects"].queryset = commissioned_projects(lab)  # type: ignore[attr-defined]  # the stubs see a plain Field
        self.fields["projects"].help_text = ""

    def clean_name(self) -> str:
        """The name also gives the address within the lab."""
        name: str = self.cleaned_data["name"]
        slug = slugify(name)[:60]
        if not slug:
            raise forms.ValidationError("Use at least one letter or digit.")
        if Dataset.objects.filter(lab=self.lab, slug=slug).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Your lab has a dataset of this name already.")
        if not self.instance.pk:
            self.instance.slug, self.instance.lab = slug, self.lab
        return name

    def bars(self) -> dict[str, int]:
        """The four bars of a valid form."""
        return {name.removeprefix("bar_"): self.cleaned_data[name] for name in self.fields if name.startswith("bar_")}


class ReleaseForm(forms.Form):
    """Which version to build."""

    version = forms.CharField(label="Version", max_length=20, help_text="Three numbers, such as 1.0.0.")


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(label="What it is for", max_length=80)
    days = forms.IntegerField(label="Days it lasts", min_value=1, max_value=366, initial=90)


class LabForm(forms.Form):
    """A new lab."""

    name = forms.CharField(label="Name", max_length=120)

    def clean(self) -> dict[str, Any]:
        """Adds the slug."""
        sent = super().clean() or {}
        sent["slug"] = slugify(sent.get("name", ""))[:60]
        if not sent["slug"]:
            self.add_error("name", "Use at least one letter or digit.")
        return sent


class MemberForm(forms.Form):
    """Somebody who acts for the lab."""

    email = forms.EmailField(label="Address of their account")
    role = forms.ChoiceField(label="Role", choices=LabRole)


class CommissionForm(forms.Form):
    """The projects a lab may draw from."""

    projects = forms.ModelMultipleChoiceField(
        Project.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
