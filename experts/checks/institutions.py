"""Whether an e-mail address belongs to an institution. Pure: the lists come as rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

REFUSED, FOUND, UNKNOWN, UNCHECKED = "refused", "found", "unknown", "unchecked"

LISTS = {
    "university": "institutions",
    "stop": "hosts that only look like one",
    "abused": "institutions whose mailboxes are sold",
    "disposable": "throw-away mail",
    "free": "free mail",
    "suffix": "public suffixes",
}
"""The lists, and what people call them."""
KINDS = tuple(LISTS)
DEEPEST = 8
"""Labels of a host that are searched for the name of an institution that it only imitates."""

Known = Mapping[str, Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class Finding:
    """What the lists say of an address: an outcome, a sentence for people, and the institution when it was found."""

    outcome: str
    sentence: str
    institution: str = ""
    country: str = ""


def host_of(address: str) -> str | None:
    """The host of an address in lower-case ASCII, international names in their encoded form; None when it is none."""
    local, at, host = address.strip().rpartition("@")
    if not at or not local:
        return None
    try:
        encoded = host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return None
    labels = encoded.split(".")
    fine = len(labels) > 1 and len(encoded) <= 253 and all(label.strip("-") == label != "" for label in labels)
    return encoded if fine and all(c.isalnum() or c in "-." for c in encoded) else None


def parents(host: str) -> list[str]:
    """The host and everything above it: `a.b.c`, `b.c`, `c`."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def inside(host: str) -> list[str]:
    """What a host holds in front of its end, longest first: `uni.edu` in `mail.uni.edu.example.com`."""
    labels = host.split(".")[:DEEPEST]
    pairs = [(start, end) for start in range(len(labels)) for end in range(start + 2, len(labels))]
    return [".".join(labels[start:end]) for start, end in sorted(pairs, key=lambda pair: pair[0] - pair[1])]


def looked_up(host: str) -> list[str]:
    """Every spelling under which the lists can speak of this host, suffix rules included."""
    above = parents(host)
    return [*above, *[f"!{name}" for name in above], *[f"*.{name}" for name in above], *inside(host)]


def registrable(host: str, rules: Collection[str]) -> str | None:
    """The part of a host that somebody registered, by the public suffix rules (publicsuffix.org/list): one label more
    than the longest rule that matches; an exception wins over a wildcard. None when the host is itself a suffix."""
    labels = host.split(".")
    length = 1  # the rule `*`, when no other matches
    for start, name in enumerate(parents(host)):
        size = len(labels) - start
        if f"!{name}" in rules:
            length = size - 1
            break
        if name in rules:
            length = max(length, size)
        if f"*.{name}" in rules and start > 0:
            length = max(length, size + 1)
    return ".".join(labels[-length - 1 :]) if len(labels) > length else None


def without(loaded: Collection[str]) -> Finding | None:
    """What is said when lists are missing: half of them would find addresses that the other half refuses."""
    missing = ["institutions"] if "university" not in loaded else [LISTS[kind] for kind in KINDS if kind not in loaded]
    if not missing:
        return None
    return Finding(UNCHECKED, f"Could not be checked: no list of {' or of '.join(missing)} is loaded.")


def judge(host: str, known: Known) -> Finding:
    """What the lists say. `known` maps each kind of list to its entries among `looked_up(host)`: name and country."""
    own = registrable(host, known.get("suffix", {}))
    if own is None:
        if host not in known.get("university", {}):
            return Finding(REFUSED, "This is not an address at an institution.")
        own = host  # one of them runs the suffix itself: mil.lv
    # Entries above the registrable domain belong to nobody. Some lists name whole top-level domains (`live`, `me`),
    # under which honest firms and universities have their hosts.
    above = [name for name in parents(host) if len(name) >= len(own)]

    def listed(kind: str) -> str | None:
        return next((name for name in above if name in known.get(kind, {})), None)

    university, free = listed("university"), listed("free")
    # berlin.de gives mailboxes to everybody, and fhvr.berlin.de is a university of its own.
    if university and free and len(free) < len(university):
        free = None
    if listed("disposable"):
        refusal = "This is a throw-away address. Use the one that your institution gave you."
    elif listed("abused") or listed("stop"):
        refusal = "Addresses at this host are given to people who are not there, so it cannot speak for you."
    elif free and university is None:
        refusal = "This is a free mail address. Use the one that your institution gave you."
    else:
        return _not_listed(host, own, known) if university is None else _at(university, known, also_free=bool(free))
    return Finding(REFUSED, refusal)


def _not_listed(host: str, own: str, known: Known) -> Finding:
    imitated = next((name for name in inside(host) if name in known.get("university", {})), None)
    if imitated is None:
        return Finding(UNKNOWN, "This host is not on our list of institutions. An admin looks at it.")
    institution, _ = known["university"][imitated]
    return Finding(
        UNKNOWN,
        f"This host belongs to {own}. It only holds the name of {imitated} ({institution}), and is not theirs by our "
        "list. An admin looks at it.",
    )


def _at(university: str, known: Known, *, also_free: bool) -> Finding:
    if also_free:
        return Finding(UNKNOWN, "This institution also gives private mailboxes, so the address alone is no proof.")
    name, country = known["university"][university]
    return Finding(
        FOUND,
        f"This address is at {name} ({country}). It shows that they have a mailbox there, not a degree: students and "
        "former members have one too.",
        name,
        country,
    )
