"""How far a person's application is. A question never writes."""

from django.db.models import Exists, OuterRef, QuerySet

from experts.models import Agreement, Profile, Signature, User


def current_agreement() -> Agreement | None:
    """The version to sign; None while none has been published."""
    return Agreement.objects.order_by("-number").first()


def unsigned_agreement(user: User) -> Agreement | None:
    """The newest version of the agreement, without its text, if this person has not signed it. One query."""
    signed = Signature.objects.filter(user=user, agreement=OuterRef("pk"))
    newest = Agreement.objects.defer("body").annotate(is_signed=Exists(signed)).order_by("-number").first()
    return None if newest is None or newest.is_signed else newest


def signatures_of(user: User) -> QuerySet[Signature]:
    """What this person signed, the newest version first, without the texts."""
    return (
        Signature.objects.filter(user=user)
        .select_related("agreement")
        .defer("agreement__body")
        .order_by("-agreement__number")
    )


def agreements() -> QuerySet[Agreement]:
    """Every version without its text, the newest first."""
    return Agreement.objects.select_related("published_by").defer("body").order_by("-number")


def profile_of(user: User) -> Profile | None:
    """What this person says about themselves, with the fields they named. Two queries."""
    return Profile.objects.filter(user=user).prefetch_related("domains").first()
