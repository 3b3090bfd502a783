"""The key that evidence is sealed with on this machine: the public half for every process, the secret for the worker.

Two variables of the environment name a pair of your own; otherwise a pair is made once and kept in the home.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyrage

from pasiflora.stack.errors import StackError
from pasiflora.stack.home import Home

RECIPIENT, IDENTITY = "PASIFLORA_EVIDENCE_RECIPIENT", "PASIFLORA_EVIDENCE_IDENTITY"


@dataclass(frozen=True)
class EvidenceKey:
    """A pair, as the environment of a process names it. The identity may be empty: its holder is elsewhere."""

    recipient: str
    identity: str

    def public(self, env: Mapping[str, str]) -> dict[str, str]:
        """`env` of a process that can seal and cannot open."""
        return {name: value for name, value in env.items() if name != IDENTITY} | {RECIPIENT: self.recipient}

    def secret(self, env: Mapping[str, str]) -> dict[str, str]:
        """`env` of the worker."""
        return self.public(env) | {IDENTITY: self.identity}


def evidence_key(home: Home) -> EvidenceKey:
    """The pair of this home, made at the first call."""
    if recipient := os.environ.get(RECIPIENT):
        return EvidenceKey(recipient, os.environ.get(IDENTITY, ""))
    path = home.path / "evidence.key"
    identity = _read(path) if path.exists() else _make(path)
    return EvidenceKey(str(identity.to_public()), str(identity))


def _make(path: Path) -> pyrage.x25519.Identity:
    """A fresh identity in a file of its own, complete or not there: a half-written key would seal what nobody opens."""
    identity = pyrage.x25519.Identity.generate()
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return identity


def _read(path: Path) -> pyrage.x25519.Identity:
    lines = [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    try:
        (line,) = lines
        return pyrage.x25519.Identity.from_str(line)
    except (ValueError, pyrage.IdentityError) as error:
        raise StackError(
            f"{path} is not a key of age. Bring the right one back: files that were sealed to it open with no other."
        ) from error
