"""Sealing with age (https://age-encryption.org/v1): anybody with the public recipient can seal, only the holder of the
identity can open. The web process holds the recipient alone."""

from dataclasses import dataclass

import pyrage

from pasiflora.kernel.errors import NotNow


class NoKey(NotNow):
    """This server has no key to seal files with, so none can be taken now. Please tell whoever runs it."""

    code = "no_key"


class CannotOpen(Exception):
    """The file is not sealed to this identity, or was changed since."""


@dataclass(frozen=True)
class Pair:
    """A recipient (public) and its identity (secret), in age's own spelling."""

    recipient: str
    identity: str


def new_pair() -> Pair:
    """A fresh X25519 pair."""
    made = pyrage.x25519.Identity.generate()
    return Pair(recipient=str(made.to_public()), identity=str(made))


def seal(content: bytes, recipients: str) -> bytes:
    """Sealed so that each of `recipients` (separated by blanks) can open it. NoKey when there is none."""
    try:
        to = [pyrage.x25519.Recipient.from_str(each) for each in recipients.split()]
    except pyrage.RecipientError as error:
        raise NoKey from error
    if not to:
        raise NoKey
    return bytes(pyrage.encrypt(content, to))


def unseal(sealed: bytes, identities: str) -> bytes:
    """What was sealed, by the first of `identities` (separated by blanks) that fits. CannotOpen when none does."""
    try:
        with_these = [pyrage.x25519.Identity.from_str(each) for each in identities.split()]
        return bytes(pyrage.decrypt(sealed, with_these))
    except (pyrage.IdentityError, pyrage.DecryptError) as error:
        raise CannotOpen from error


def belong_together(recipients: str, identities: str) -> bool:
    """Whether what is sealed to `recipients` can be opened with `identities`. False when either cannot be read."""
    try:
        return unseal(seal(b"", recipients), identities) == b""
    except (NoKey, CannotOpen):
        return False
