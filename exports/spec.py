"""A specification as plain data: what a release freezes. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TypedDict


class Spec(TypedDict):
    """From which projects and domains (ids, sorted; no domains means all), at which bars."""

    projects: list[int]
    domains: list[int]
    bars: dict[str, int]


def make_spec(*, projects: Iterable[int], domains: Iterable[int], bars: Mapping[str, int]) -> Spec:
    """The specification in its one canonical form."""
    return Spec(projects=sorted(projects), domains=sorted(domains), bars={key: bars[key] for key in sorted(bars)})


def spec_sha256(spec: Spec) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
