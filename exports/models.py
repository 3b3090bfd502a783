"""The frozen hand-over: labs, what they ask for, and what they were given."""

import secrets

import pgtrigger
from django.db import models
from django.db.models import Q

from experts.models import Domain, User
from exports.states import LabRole, ReleaseState
from pasiflora.kernel.frozen import frozen
from reviews.models import Decision
from tasks.models import Project, Revision
from tasks.models.projects import BAR
from tasks.states import CRITERIA


def new_salt() -> str:
    """32 random bytes in hexadecimal: what makes the pseudonyms of one lab unlike those of another."""
    return secrets.token_hex(32)


class Lab(models.Model):
    """An organisation that commissions projects and downloads releases."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    pseudonym_salt = models.CharField(max_length=64, default=new_salt, editable=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class LabMember(models.Model):
    """A person who acts for a lab."""

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="lab_memberships")
    role = models.CharField(max_length=10, choices=LabRole, default=LabRole.MEMBER)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lab", "user"], name="lab_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in lab {self.lab_id}"


class Commission(models.Model):
    """A project whose approved work a lab may draw from."""

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="commissions")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="commissions")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lab", "project"], name="commission_once")]

    def __str__(self) -> str:
        return f"Lab {self.lab_id} draws from project {self.project_id}"


class Dataset(models.Model):
    """A saved specification: from which projects, in which domains, at which bars."""

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60)
    projects = models.ManyToManyField(Project, related_name="datasets")
    domains = models.ManyToManyField(Domain, related_name="datasets", blank=True, help_text="Empty: every domain.")
    bar_accuracy = models.PositiveSmallIntegerField("accuracy bar", default=4, validators=BAR)
    bar_nuance = models.PositiveSmallIntegerField("nuance bar", default=4, validators=BAR)
    bar_calibration = models.PositiveSmallIntegerField("calibration bar", default=4, validators=BAR)
    bar_clarity = models.PositiveSmallIntegerField("clarity bar", default=4, validators=BAR)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lab", "slug"], name="dataset_named_once_per_lab")]

    def __str__(self) -> str:
        return self.name

    @property
    def bars(self) -> dict[str, int]:
        """The lowest mean score on each criterion that a row may have."""
        return {key: getattr(self, f"bar_{key}") for key in CRITERIA}


class Release(models.Model):
    """One immutable, numbered build of a dataset. `spec` and `as_of` alone determine its rows."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=40)
    spec = models.JSONField()
    spec_sha256 = models.CharField(max_length=64)
    as_of = models.DateTimeField(help_text="Decisions after this moment are not in it.")
    state = models.CharField(max_length=10, choices=ReleaseState, default=ReleaseState.REQUESTED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    rows_total = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of data/train.jsonl.")
    manifest = models.JSONField(null=True)
    failure = models.TextField(blank=True)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="release_never_changes_once_ready",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=ReleaseState.READY),
            ),
            pgtrigger.Protect(name="release_is_never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "version"], name="release_version_once_per_dataset"),
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="release_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ReleaseState.READY)
                | Q(ready_at__isnull=False, bytes__isnull=False, manifest__isnull=False) & ~Q(sha256=""),
                name="release_ready_only_when_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.version}"


class Item(models.Model):
    """One row of a release: which revision, by which decision."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="items")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="items")

    class Meta:
        triggers = frozen("item_never_changes")
        constraints = [
            models.UniqueConstraint(fields=["release", "position"], name="item_one_per_position"),
            models.UniqueConstraint(fields=["release", "revision"], name="item_once_per_release"),
        ]

    def __str__(self) -> str:
        return f"Item {self.position} of release {self.release_id}"


class LabToken(models.Model):
    """A lab's key to the API. Only its hash is kept; what it was is shown once."""

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=16, help_text="How it begins, to tell it from others.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.hint}… of lab {self.lab_id}"


class Download(models.Model):
    """Who took which file, and how much of it."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    path = models.CharField(max_length=200)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.ForeignKey(LabToken, on_delete=models.PROTECT, null=True, related_name="+")
    range = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        triggers = frozen("download_never_changes")

    def __str__(self) -> str:
        return f"{self.path} of release {self.release_id}"
