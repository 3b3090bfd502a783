"""The built browser code in a page. A page without it works: it is plain, not broken."""

from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_vite.core.asset_loader import DjangoViteAssetLoader

register = template.Library()


def _built() -> bool:
    return Path(settings.FRONTEND_DIST, ".vite", "manifest.json").exists()


@register.simple_tag
def asset(entry: str) -> SafeString:
    """Script and style sheets of one entry of the browser code; nothing while it has not been built."""
    if not _built():
        return mark_safe("")
    return mark_safe(str(DjangoViteAssetLoader.instance().generate_vite_asset(entry)))  # noqa: S308 -- our own file names


@register.simple_tag
def mark_link() -> SafeString:
    """The passion flower for the browser's tab."""
    if not _built():
        return mark_safe("")
    return format_html('<link rel="icon" href="{}" type="image/svg+xml">', static("mark.svg"))
