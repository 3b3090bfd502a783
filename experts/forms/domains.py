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


class DomainsField(forms.TypedMultipleChoiceField):
    """Domains, chosen in the tree."""

    widget = DomainTree

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=domain_groups, coerce=int, **options)

    def clean(self, value: Any) -> list[Domain]:
        return list(Domain.objects.filter(pk__in=super().clean(value)).order_by("name"))
