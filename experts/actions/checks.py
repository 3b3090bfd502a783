"""Checking what a person sent: at once what needs nobody else, later what a register has to answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from experts.checks import outside
from experts.checks.identifiers import SCHEMES
from experts.models import Credential, CredentialCheck
from experts.states import CheckOutcome, CredentialKind
from pasiflora.kernel.background import enqueue_on_commit

RUN_CHECKS = "experts.run_checks"
MOST_ATTEMPTS = 4
"""With pauses of 1, 4 and 16 minutes; after that an admin reads *could not check*."""
HELD = timedelta(minutes=2)
"""How long a check that is being made is left alone by other workers."""
_OUTCOMES = {
    outside.CONFIRMED: CheckOutcome.FOUND,
    outside.CONTRADICTED: CheckOutcome.PROBLEM,
    outside.COULD_NOT: CheckOutcome.UNCHECKED,
}


def ask_for_checks(credential: Credential, at: datetime) -> None:
    """Check what this credential names, in the transaction that sends it. What was found for the same words stays."""
    wanted = set(_named(credential))
    for check in credential.checks.all():
        if (check.scheme, check.value) not in wanted:
            check.delete()  # it spoke of words that are no longer there
    for scheme, typed in wanted:
        found = SCHEMES[scheme](typed)
        credential.checks.get_or_create(
            scheme=scheme,
            value=typed,
            outside=False,
            defaults={
                "outcome": CheckOutcome.FOUND if found.passes else CheckOutcome.PROBLEM,
                "said": found.said,
                "checked_at": at,
            },
        )
        if found.passes and scheme in outside.registers({}):
            credential.checks.get_or_create(
                scheme=scheme,
                value=typed,
                outside=True,
                defaults={
                    "outcome": CheckOutcome.WAITING,
                    "said": "The register has not been asked yet.",
                    "next_try_at": at,
                    "checked_at": at,
                },
            )
    enqueue_on_commit(RUN_CHECKS, credential_id=credential.pk)


def _named(credential: Credential) -> Iterator[tuple[str, str]]:
    """The identifiers that a credential names, by scheme, as they were typed."""
    details = getattr(credential, "details", {})
    if credential.kind == CredentialKind.PUBLICATIONS and credential.identifier:
        yield "orcid", credential.identifier[:500]
    if details.get("npi"):
        yield "npi", str(details["npi"])[:500]
    for line in str(details.get("dois", "")).splitlines():
        if line.strip():
            yield "doi", line.strip()[:500]


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
        check.attempts += 1
        check.next_try_at = at + HELD
        check.save(update_fields=["attempts", "next_try_at"])
    value = SCHEMES[check.scheme](check.value).value
    register = outside.registers(settings.REGISTERS)[check.scheme]
    answer = outside.ask(register, value, name=check.credential.user.name)
    again = answer.outcome == outside.COULD_NOT and check.attempts < MOST_ATTEMPTS and settings.REGISTERS[check.scheme]
    # Guarded by the attempt: a worker that took too long does not overwrite what the next one found.
    CredentialCheck.objects.filter(pk=check.pk, attempts=check.attempts, outcome=CheckOutcome.WAITING).update(
        outcome=CheckOutcome.WAITING if again else _OUTCOMES[answer.outcome],
        said=answer.said,
        checked_at=at,
        next_try_at=at + timedelta(minutes=4 ** (check.attempts - 1)) if again else None,
    )
    return True
