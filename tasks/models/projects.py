"""A campaign: its numbered instructions, its rubric, its bars."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from experts.models import Domain, User
from pasiflora.kernel.frozen import frozen
from tasks.states import CRITERIA, NoteKind

WORDS_HELP = (
    "0: no lower bound. In Chinese and Japanese each character counts as a word; in Thai, Lao, Khmer and Burmese three "
    "letters do."
)
BAR = [MinValueValidator(1), MaxValueValidator(5)]


class Rubric(models.Model):
    """The four criteria with the anchors of each score. Numbered; never changed once written.

    `criteria` is a list of {key, name, question, anchors: [{title, text} × 5]} in the order of CRITERIA.
    """

    number = models.PositiveSmallIntegerField(unique=True)
    guidance = models.TextField()
    criteria = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        triggers = frozen("rubric_never_changes")

    def __str__(self) -> str:
        return f"Rubric {self.number}"


class Project(models.Model):
    """A campaign of tasks under one guideline, one rubric, and one set of bars."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    summary = models.CharField(max_length=300, blank=True)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="projects")
    licence = models.CharField(
        "licence of the responses", max_length=60, default="CC-BY-4.0", help_text="An SPDX identifier."
    )
    overlap = models.PositiveSmallIntegerField(
        "responses per task", default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    bar_accuracy = models.PositiveSmallIntegerField("accuracy bar", default=4, validators=BAR)
    bar_nuance = models.PositiveSmallIntegerField("nuance bar", default=4, validators=BAR)
    bar_calibration = models.PositiveSmallIntegerField("calibration bar", default=4, validators=BAR)
    bar_clarity = models.PositiveSmallIntegerField("clarity bar", default=4, validators=BAR)
    domains = models.ManyToManyField(
        Domain,
        related_name="projects",
        blank=True,
        help_text="Tasks may be in these and what is under them. None: in any.",
    )
    words_min = models.PositiveIntegerField("fewest words", default=0, db_default=0, help_text=WORDS_HELP)
    words_max = models.PositiveIntegerField("most words", default=0, db_default=0, help_text="0: no upper bound.")
    statements_expected = models.PositiveSmallIntegerField(
        "statements expected",
        default=0,
        db_default=0,
        validators=[MaxValueValidator(50)],
        help_text="Load-bearing sentences that the author marks with a source and a certainty. 0: none are asked for.",
    )
    answer_first = models.BooleanField(
        "reviewers write down first what a good answer must contain",
        default=True,
        db_default=True,
        help_text="The response opens once they have. What they expected is kept beside their review.",
    )
    blocking = ArrayField(
        models.CharField(max_length=12, choices=NoteKind),
        default=list,
        db_default=[],
        blank=True,
    )
    minutes = models.PositiveSmallIntegerField("expected minutes", default=60)
    pay_cents = models.PositiveIntegerField("pay per approved response, in cents", default=0)
    currency = models.CharField(max_length=3, default="EUR")
    lease_minutes = models.PositiveIntegerField("lease, in minutes", default=120)
    lease_cap_minutes = models.PositiveIntegerField("longest hold, in minutes", default=24 * 60)
    open = models.BooleanField("open for claims", default=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"bar_{key}__range": (1, 5) for key in CRITERIA}), name="project_bars_are_scores"
            ),
            models.CheckConstraint(condition=Q(overlap__range=(1, 20)), name="project_overlap_is_one_to_twenty"),
            models.CheckConstraint(
                condition=Q(words_max=0) | Q(words_min__lte=F("words_max")), name="project_word_range_is_a_range"
            ),
            models.CheckConstraint(
                condition=Q(blocking__contained_by=NoteKind.values), name="project_blocks_what_can_be_noticed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def bars(self) -> dict[str, int]:
        """The lowest score on each criterion that may teach a model."""
        return {key: getattr(self, f"bar_{key}") for key in CRITERIA}


class Guideline(models.Model):
    """One numbered version of a project's instructions. A change is a new number."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="guidelines")
    number = models.PositiveSmallIntegerField()
    body = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        triggers = frozen("guideline_never_changes")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="guideline_numbered_once_per_project")
        ]

    def __str__(self) -> str:
        return f"Guideline {self.number} of {self.project_id}"
