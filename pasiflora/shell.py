"""What the header of every page needs: the roles this person has, as plain tabs."""

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """`shell.tabs`: label, url, current. Filled in when the pages exist."""
    return {"shell": {"tabs": []}}
