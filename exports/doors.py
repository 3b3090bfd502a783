"""Finding a thing on behalf of a lab member, or 404: a stranger learns not even that it exists."""

from django.db.models import QuerySet
from django.http import Http404

from experts.doors import admin_only
from experts.models import User
from exports.models import Dataset, Lab, LabToken, Release


def own_lab(user: User, slug: str) -> Lab:
    """A lab this person acts for."""
    lab = Lab.objects.filter(slug=slug, members__user=user).first()
    if lab is None:
        raise Http404("No such lab of yours.")
    return lab


def own_dataset(user: User, dataset_id: int) -> Dataset:
    """A dataset of one of this person's labs."""
    dataset = Dataset.objects.filter(pk=dataset_id, lab__members__user=user).select_related("lab").first()
    if dataset is None:
        raise Http404("No such dataset of yours.")
    return dataset


def own_release(user: User, release_id: int) -> Release:
    """A release of one of this person's labs."""
    release = (
        Release.objects.filter(pk=release_id, dataset__lab__members__user=user)
        .select_related("dataset__lab", "requested_by")
        .first()
    )
    if release is None:
        raise Http404("No such release of yours.")
    return release


def own_token(user: User, token_id: int) -> LabToken:
    """A token of one of this person's labs."""
    token = LabToken.objects.filter(pk=token_id, lab__members__user=user).select_related("lab").first()
    if token is None:
        raise Http404("No such token of yours.")
    return token


def releases_of_lab(lab: Lab) -> QuerySet[Release]:
    """Every release that a lab's token may see."""
    return Release.objects.filter(dataset__lab=lab).select_related("dataset")


def lab_for_admin(user: User, slug: str) -> Lab:
    """Any lab, for an admin."""
    admin_only(user)
    lab = Lab.objects.filter(slug=slug).first()
    if lab is None:
        raise Http404("No such lab.")
    return lab
