"""Saying who one is, signing the agreement, and publishing a new version of it."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from experts.models import Agreement, Domain, Profile, Signature, User
from experts.policies.people import is_admin
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours, TooLate


class AgreementReplaced(TooLate):
    """A newer version of the agreement was published while you were reading. Nothing was signed: read the new one."""

    code = "agreement_replaced"


@transaction.atomic
def save_profile(
    *, by: User, at: datetime, name: str, about: str, languages: Collection[str], domains: Collection[Domain]
) -> Profile:
    """Keep what a person says about themselves, as far as they have got."""
    user = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    user.name = name.strip()
    user.save(update_fields=["name"])
    said = {"about": about.strip(), "languages": list(dict.fromkeys(languages)), "saved_at": at}
    profile, _ = Profile.objects.update_or_create(user=user, defaults=said)
    profile.domains.set(domains)
    record(verb="profile.saved", of=profile, by=by, at=at)
    return profile


@transaction.atomic
def sign_agreement(*, number: int, name: str, by: User, at: datetime) -> Signature:
    """Sign the version that was read. Signing it again changes nothing.

    Raises AgreementReplaced when it is not the newest any more, Invalid without a name.
    """
    if not name.strip():
        raise Invalid("Type your name to sign.")
    agreement = Agreement.objects.select_for_update(no_key=True).order_by("-number").first()
    if agreement is None or agreement.number != number:
        raise AgreementReplaced
    signature, new = Signature.objects.get_or_create(
        user=by, agreement=agreement, defaults={"name": name.strip(), "signed_at": at}
    )
    if new:
        record(verb="agreement.signed", of=agreement, by=by, at=at, number=number, sha256=agreement.sha256)
    return signature


@transaction.atomic
def publish_agreement(*, body: str, changes: str, after: int, by: User, at: datetime) -> Agreement:
    """A new version. From now on nobody claims before signing it; what they hold they finish.

    `after` is the number of the version that it replaces, as the admin saw it: two admins do not overtake each other.
    """
    if not is_admin(by):
        raise NotYours("Admins publish the agreement.")
    newest = Agreement.objects.select_for_update().order_by("-number").first()
    if (newest.number if newest else 0) != after:
        raise TooLate(
            "Another version was published while you were writing. Nothing was published: compare them first."
        )
    if not body.strip():
        raise Invalid("The agreement has no text.")
    if not changes.strip():
        raise Invalid("Say what is different: everybody who signed before will read it.")
    if newest is not None and newest.body == body:
        raise Invalid("This is the text of the version before, word for word.")
    agreement = Agreement.objects.create(
        number=after + 1,
        body=body,
        changes=changes.strip(),
        sha256=sha256(body.encode()).hexdigest(),
        published_by=by,
        published_at=at,
    )
    record(verb="agreement.published", of=agreement, by=by, at=at, number=agreement.number, sha256=agreement.sha256)
    return agreement
