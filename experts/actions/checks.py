"""Checking what a person sent: at once what needs nobody else, later what a register has to answer."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from experts.checks import outside
from experts.checks.identifiers import SCHEMES, mentioned
from experts.models import Credential, CredentialCheck
from experts.states import CheckOutcome, CredentialKind
from pasiflora.kernel.background import enqueue_on_commit

RUN_CHECKS = "experts.run_checks"
MOST_ATTEMPTS = 4
"""With pauses of 1, 4 and 16 minutes; after that an admin reads *could not check*."""
HELD = timedelta(minutes=2)
"""How long a check that is being made is left alone by other workers."""
MOST_NAMED = 20
"""Identifiers of one credential that are checked. A statement can hold a whole library."""
_OUTCOMES = {
    outside.CONFIRMED: CheckOutcome.FOUND,
    outside.CONTRADICTED: CheckOutcome.PROBLEM,
    outside.COULD_NOT: CheckOutcome.UNCHECKED,
}


@transaction.atomic
def ask_for_checks(credential: Credential, at: datetime) -> None:
    """Check what this credential names, in the transaction that sends it. Three queries.

    What a register confirmed stays. Everything else is asked again: the register may be back, or the name mended.
    """
    there = credential.checks.filter(outside=True, outcome=CheckOutcome.FOUND)
    wanted = list(_wanted(credential, at, {(check.scheme, check.value): check for check in there}))
    credential.checks.exclude(pk__in=[check.pk for check in wanted if check.pk]).delete()
    CredentialCheck.objects.bulk_create(check for check in wanted if not check.pk)
    enqueue_on_commit(RUN_CHECKS, credential_id=credential.pk)


Confirmed = Mapping[tuple[str, str], CredentialCheck]
"""What registers confirmed before, by register and value."""


def _wanted(credential: Credential, at: datetime, confirmed: Confirmed) -> Iterator[CredentialCheck]:
    named: dict[tuple[str, str], bool] = {}
    for scheme, typed, theirs in _named(credential):
        named.setdefault((scheme, typed), theirs)
    for (scheme, typed), theirs in list(named.items())[:MOST_NAMED]:
        found = SCHEMES[scheme](typed)
        outcome = CheckOutcome.FOUND if found.passes else CheckOutcome.PROBLEM
        yield CredentialCheck(
            credential=credential,
            scheme=scheme,
            value=typed,
            outside=False,
            outcome=outcome,
            said=found.said,
            checked_at=at,
        )
        if found.passes and theirs:
            yield from _to_be_asked(credential, scheme, typed, at, confirmed)


def _to_be_asked(
    credential: Credential, scheme: str, typed: str, at: datetime, confirmed: Confirmed
) -> Iterator[CredentialCheck]:
    """What each register of a scheme is to be asked; those that are switched off share one row that says so."""
    check = partial(CredentialCheck, credential=credential, value=typed, outside=True, checked_at=at)
    off: dict[str, str] = {}
    for name, register in outside.registers(settings.REGISTERS).items():
        if register.scheme != scheme:
            continue
        if (name, typed) in confirmed:
            yield confirmed[name, typed]
        elif register.http.base:
            said = f"{register.title} has not been asked yet."
            yield check(scheme=name, outcome=CheckOutcome.WAITING, said=said, next_try_at=at)
        else:
            off[name] = register.title
    if off:
        said = f"Not checked with {' or '.join(off.values())}: not switched on here."
        yield check(scheme=next(iter(off)), outcome=CheckOutcome.UNCHECKED, said=said)


def _named(credential: Credential) -> Iterator[tuple[str, str, bool]]:
    """The identifiers that a credential names: scheme, as it was typed, and whether it is said to be theirs. A
    statement may speak of other people's. Those that were asked for come first."""
    details = credential.details
    if credential.kind == CredentialKind.PUBLICATIONS and credential.identifier:
        yield "orcid", credential.identifier[:500], True
    if details.get("npi"):
        yield "npi", str(details["npi"])[:500], True
    for line in str(details.get("dois", "")).splitlines():
        if line.strip():
            yield "doi", line.strip()[:500], True
    for text, theirs in ((credential.identifier, True), (credential.link, True), (credential.statement, False)):
        for scheme, typed in mentioned(text):
            # In its canonical form, so that a DOI in the list and in a link are one.
            yield scheme, SCHEMES[scheme](typed).value[:500], theirs


def run_check(*, check_id: int, at: datetime) -> bool:
    """Ask a register once and keep what it says. False when the check is done or another worker has it.

    The register is asked outside of any transaction: it may take seconds, and no row may be locked for that long.
    """
    with transaction.atomic():
        check = (
            CredentialCheck.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("credential__user")
            .filter(pk=check_id, outcome=CheckOutcome.WAITING, next_try_at__lte=at)
            .first()
        )
        if check is None:
            return False
        register = outside.registers(settings.REGISTERS)[check.scheme]
        if check.attempts >= MOST_ATTEMPTS:
            # Each time a worker died over it: it is not tried for ever.
            said = f"Could not be checked with {register.title}: asking was cut short each time."
            _keep(check, at, outside.Answer(outside.COULD_NOT, said))
            return True
        check.attempts += 1
        check.next_try_at = at + HELD
        check.save(update_fields=["attempts", "next_try_at"])
    credential = check.credential
    names = outside.Names(account=credential.user.name, published=str(credential.details.get("names", "")))
    answer = outside.ask(register, SCHEMES[register.scheme](check.value).value, names)
    _keep(check, at, answer)
    return True


def _keep(check: CredentialCheck, at: datetime, answer: outside.Answer) -> None:
    again = answer.again and check.attempts < MOST_ATTEMPTS
    # Guarded by the attempt: a worker that took too long does not overwrite what the next one found.
    CredentialCheck.objects.filter(pk=check.pk, attempts=check.attempts, outcome=CheckOutcome.WAITING).update(
        outcome=CheckOutcome.WAITING if again else _OUTCOMES[answer.outcome],
        said=answer.said,
        checked_at=at,
        next_try_at=at + timedelta(minutes=4 ** (check.attempts - 1)) if again else None,
    )
