"""The tree of domains: adding, renaming, marking."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from experts.models import Domain, User
from experts.policies.people import is_admin
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours


@transaction.atomic
def add_domain(*, name: str, parent: Domain | None, high_stakes: bool, by: User, at: datetime) -> Domain:
    """A field of knowledge, at the top or under one that is. Its slug never changes: files and releases name it."""
    _check(by, name)
    if parent is not None and parent.parent_id is not None:
        raise Invalid(f"{parent.name} lies under another domain already. The tree has two levels.")
    slug = slugify(name).replace("-", "_")[:60]
    if not slug or Domain.objects.filter(slug=slug).exists():
        raise Invalid("There is a domain of this name already, or its name has no letters that an address can show.")
    domain = Domain.objects.create(slug=slug, name=name.strip(), parent=parent, high_stakes=high_stakes)
    record(verb="domain.added", of=domain, by=by, at=at, slug=slug, high_stakes=high_stakes)
    return domain


@transaction.atomic
def change_domain(*, domain: Domain, name: str, high_stakes: bool, by: User, at: datetime) -> Domain:
    """Another name, or another mark. What was verified before stays verified; the mark counts from now on."""
    _check(by, name)
    domain = Domain.objects.select_for_update().get(pk=domain.pk)
    domain.name, domain.high_stakes = name.strip(), high_stakes
    domain.save(update_fields=["name", "high_stakes"])
    record(verb="domain.changed", of=domain, by=by, at=at, name=domain.name, high_stakes=high_stakes)
    return domain


def _check(by: User, name: str) -> None:
    if not is_admin(by):
        raise NotYours("Admins keep the tree of domains.")
    if not name.strip():
        raise Invalid("A domain needs a name.")
