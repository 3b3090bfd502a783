"""What the loaded lists say of an address. A question never writes."""

from collections import defaultdict

from experts.checks.institutions import REFUSED, Finding, host_of, judge, looked_up, without
from experts.models import DegreeTitle, KnownHost


def institution_of(address: str) -> Finding:
    """Whether an address is at an institution, by the lists. Two queries."""
    host = host_of(address)
    if host is None:
        return Finding(REFUSED, "This is not an e-mail address.")
    loaded = loaded_lists()
    missing = without(loaded)
    if missing and "university" not in loaded:
        return missing
    known: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    rows = KnownHost.objects.filter(host__in=looked_up(host)).values_list("kind", "host", "name", "country")
    for kind, found, name, country in rows:
        known[kind][found] = (name, country)
    judged = judge(host, known)
    # What one list refuses, no other would have let through.
    return judged if judged.outcome == REFUSED else missing or judged


def loaded_lists() -> set[str]:
    """The kinds of list that hold anything."""
    return set(KnownHost.objects.order_by().values_list("kind", flat=True).distinct())


def degree_titles() -> list[str]:
    """Titles to offer while somebody types one."""
    return [f"{name} ({code})" for code, name in DegreeTitle.objects.order_by("name").values_list("code", "name")]
