"""Modules as they were published, the exams that people took, and what passing gave them."""

import pgtrigger
from django.db import models
from django.db.models import Q

from experts.models.people import User
from experts.states import ModulePurpose, QualificationKind
from pasiflora.kernel.frozen import frozen


class TrainingModule(models.Model):
    """One published version of a module: lessons, worked examples and exercises with their references. The newest of a
    slug is the one to take; an exam keeps the version that it began with."""

    slug = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=20, choices=ModulePurpose)
    content = models.JSONField(help_text="As the file says it, references and reasons included.")
    source = models.TextField(blank=True, help_text="The file itself, so that who edits it gets it back as it was.")
    sha256 = models.CharField(max_length=64, help_text="Of the file.")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        triggers = frozen("training_module_never_changes")
        constraints = [
            models.UniqueConstraint(fields=["slug", "number"], name="training_module_numbered_once"),
            models.CheckConstraint(condition=Q(purpose__in=ModulePurpose.values), name="training_purpose_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class Exam(models.Model):
    """One sitting: the items chosen by the seed, the answers so far, and the result once it is handed in."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="exams")
    module = models.ForeignKey(TrainingModule, on_delete=models.PROTECT, related_name="exams")
    slug = models.SlugField(max_length=40, help_text="The module's, so that one open exam of it can be a constraint.")
    seed = models.BigIntegerField()
    items = models.JSONField(help_text="Keys, in the order in which they are asked.")
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        triggers = [
            pgtrigger.ReadOnly(
                name="exam_asks_what_it_began_with",
                fields=["user", "module", "slug", "seed", "items", "started_at"],
            ),
            pgtrigger.Protect(
                name="exam_never_changes_once_graded",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
            pgtrigger.Protect(name="exam_is_never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "slug"], condition=Q(finished_at=None), name="exam_one_open_per_module"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, result=None, passed=None)
                | Q(finished_at__isnull=False, result__isnull=False, passed__isnull=False),
                name="exam_result_exactly_when_finished",
            ),
        ]
        indexes = [models.Index(fields=["slug", "finished_at"], name="exam_statistics")]

    def __str__(self) -> str:
        return f"Exam {self.pk} on {self.slug} of {self.user_id}"


class Qualification(models.Model):
    """What passing opened: writing, or being made a reviewer. Of the person; the credential is of the domain."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="qualifications")
    kind = models.CharField(max_length=20, choices=QualificationKind)
    exam = models.ForeignKey(
        Exam, on_delete=models.PROTECT, null=True, related_name="+", help_text="The one that completed it."
    )
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="The admin who took other proof for it."
    )
    reason = models.TextField(blank=True)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_reason = models.TextField(blank=True, help_text="The person reads it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(revoked_at=None), name="qualification_once_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
                name="qualification_revoked_with_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(exam__isnull=False, granted_by=None, reason="")
                | (Q(exam=None, granted_by__isnull=False) & ~Q(reason="")),
                name="qualification_by_exam_or_by_an_admin_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(kind__in=QualificationKind.values), name="qualification_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
