"""Whether an e-mail address belongs to an institution. Pure: the lists come as rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

REFUSED, FOUND, UNKNOWN, UNCHECKED = "refused", "found", "unknown", "unchecked"

KINDS = ("university", "stop", "abused", "disposable", "free", "suffix")
"""The lists: universities; hosts that look like one and are none; universities whose mailboxes are sold; throw-away
mail; free mail; public suffix rules."""


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


def looked_up(host: str) -> list[str]:
    """Every spelling under which the lists can speak of this host, suffix rules included."""
    above = parents(host)
    return [*above, *[f"!{name}" for name in above], *[f"*.{name}" for name in above]]


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


def judge(host: str, known: Mapping[str, Mapping[str, tuple[str, str]]]) -> Finding:
    """What the lists say. `known` maps each kind of list to its entries among `looked_up(host)`: name and country."""
    own = registrable(host, known.get("suffix", {}))
    if own is None:
        return Finding(REFUSED, "This is not an address at an institution.")
    # Entries above the registrable domain are suffixes that belong to nobody.
    above = [name for name in parents(host) if len(name) >= len(own)]

    def listed(kind: str) -> str | None:
        return next((name for name in above if name in known.get(kind, {})), None)

    university = listed("university")
    if listed("disposable"):
        refusal = "This is a throw-away address. Use the one that your institution gave you."
    elif listed("abused") or listed("stop"):
        refusal = "Addresses at this host are given to people who are not there, so it cannot speak for you."
    elif listed("free") and university is None:
        refusal = "This is a free mail address. Use the one that your institution gave you."
    else:
        return _unless_private(university, known, also_free=listed("free") is not None)
    return Finding(REFUSED, refusal)


def _unless_private(
    university: str | None, known: Mapping[str, Mapping[str, tuple[str, str]]], *, also_free: bool
) -> Finding:
    if university is None:
        return Finding(UNKNOWN, "This host is not on our list of institutions. An admin looks at it.")
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
