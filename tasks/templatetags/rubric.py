"""The rubric's words, wherever a page needs them: they are written once, in the rubric."""

from typing import Any

from django import template

from tasks.models import Rubric

register = template.Library()


@register.simple_tag
def criteria() -> dict[str, dict[str, Any]]:
    """Each criterion of the newest rubric by key: name, question, anchors as (score, title, text). One query."""
    rubric = Rubric.objects.latest("number")
    return {
        found["key"]: {
            "name": found["name"],
            "question": found["question"],
            "anchors": [(n, anchor["title"], anchor["text"]) for n, anchor in enumerate(found["anchors"], start=1)],
        }
        for found in rubric.criteria
    }


@register.filter
def under(table: dict[str, Any], key: str) -> Any:
    """What a table holds under a key."""
    return table[key]
