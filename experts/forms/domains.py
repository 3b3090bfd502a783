"""Choosing fields of knowledge in the tree."""

from typing import Any

from django import forms

from experts.models import Domain


def domain_groups() -> list[tuple[str, list[tuple[int, str]]]]:
    """The tree as choices: each top domain with itself and what lies under it. One query."""
    domains = list(Domain.objects.order_by("name"))
    return [
        (top.name, [(top.pk, top.name), *[(d.pk, d.name) for d in domains if d.parent_id == top.pk]])
        for top in domains
        if top.parent_id is None
    ]


class DomainTree(forms.CheckboxSelectMultiple):
    """The tree of domains as checkboxes, each field of knowledge kept together."""

    template_name = "forms/domain_tree.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the fields in which something is chosen: they are open, the others folded."""
        context = super().get_context(name, value, attrs)
        context["widget"]["chosen_groups"] = {
            group for group, options, _ in context["widget"]["optgroups"] if any(one["selected"] for one in options)
        }
        return context


class DomainsField(forms.TypedMultipleChoiceField):
    """Domains, chosen in the tree."""

    widget = DomainTree

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=domain_groups, coerce=int, **options)

    def clean(self, value: Any) -> list[Domain]:
        return list(Domain.objects.filter(pk__in=super().clean(value)).order_by("name"))


class DomainForm(forms.Form):
    """A field of knowledge."""

    name = forms.CharField(max_length=80)
    high_stakes = forms.BooleanField(
        label="High stakes",
        required=False,
        help_text="Two admins verify credentials for it, for what lies under it and for what lies above it.",
    )


class NewDomainForm(DomainForm):
    """Another field of knowledge."""

    parent = forms.ModelChoiceField(
        Domain.objects.filter(parent=None).order_by("name"),
        required=False,
        empty_label="None: a field of its own",
        label="Under",
    )
    field_order = ("name", "parent", "high_stakes")
