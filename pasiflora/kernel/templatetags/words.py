"""How times and counts are written everywhere."""

from datetime import datetime

from django import template
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pasiflora.kernel.plainwords import plain_words

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str | SafeString:
    """`12 March, 14:05` in UTC, with the year when it is not this one; machine-readable in `datetime`."""
    if value is None:
        return ""
    value = value.astimezone(timezone.get_current_timezone())
    year = "" if value.year == timezone.now().year else f" {value.year}"
    return format_html(
        '<time datetime="{}">{} {}{}, {}</time>',
        value.isoformat(timespec="seconds"),
        value.day,
        value.strftime("%B"),
        year,
        value.strftime("%H:%M"),
    )


@register.filter
def source(text: str) -> SafeString:
    """`text` such that a browser's DOM holds it letter by letter: a parser makes LF of every CR that is not named.

    Goes after `<pre>` and a line end of its own, which the parser drops.
    """
    return mark_safe(escape(text).replace("\r", "&#13;"))  # noqa: S308 -- escaped just here


@register.filter
def plain(markdown: str) -> str:
    """The words in which a Markdown text begins, as one line, for a list."""
    return plain_words(markdown)


@register.filter
def count(value: int, noun: str) -> str:
    """`1 task`, `1,204 tasks`; a noun with an odd plural gives both: `{{ n|count:"reply,replies" }}`."""
    singular, _, plural = noun.partition(",")
    return f"{value:,} {singular if value == 1 else plural or singular + 's'}"


@register.filter
def gain(value: int) -> str:
    """`1,204`, `−12`."""
    return f"{'−' if value < 0 else ''}{abs(value):,}"


@register.filter
def money(cents: int, currency: str) -> str:
    """`EUR 45.00`."""
    return f"{currency} {cents / 100:,.2f}"


@register.filter
def deed(verb: str) -> str:
    """`Credential approved first` of the audit verb `credential.approved_first`."""
    return verb.replace(".", " ").replace("_", " ").capitalize()


@register.filter
def language(code: str) -> str:
    """The English name of a language, or the code itself when it has none here: `de` is German."""
    return str(LANG_INFO.get(code, {}).get("name", code))
