"""What the loaded lists say of an address. A question never writes."""

from collections import defaultdict

from experts.checks.institutions import REFUSED, UNCHECKED, Finding, host_of, judge, looked_up
from experts.models import DegreeTitle, KnownHost


def institution_of(address: str) -> Finding:
    """Whether an address is at an institution, by the lists. Two queries."""
    host = host_of(address)
    if host is None:
        return Finding(REFUSED, "This is not an e-mail address.")
    if not KnownHost.objects.filter(kind="university").exists():
        return Finding(UNCHECKED, "Could not be checked: no list of institutions is loaded.")
    known: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    rows = KnownHost.objects.filter(host__in=looked_up(host)).values_list("kind", "host", "name", "country")
    for kind, found, name, country in rows:
        known[kind][found] = (name, country)
    return judge(host, known)


def degree_titles() -> list[str]:
    """Titles to offer while somebody types one."""
    return [f"{name} ({code})" for code, name in DegreeTitle.objects.order_by("name").values_list("code", "name")]
