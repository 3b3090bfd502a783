"""The work and the answers."""

from tasks.models.claims import Claim, Draft, DraftVersion
from tasks.models.links import LinkCheck
from tasks.models.process import LargePaste, RecordingOff, Sitting
from tasks.models.projects import Guideline, Project, Rubric
from tasks.models.statements import Statement
from tasks.models.submissions import Revision, RevisionRendering, Submission
from tasks.models.tasks import Task, TaskImport, TaskLook

__all__ = [
    "Claim",
    "Draft",
    "DraftVersion",
    "Guideline",
    "LargePaste",
    "LinkCheck",
    "Project",
    "RecordingOff",
    "Revision",
    "RevisionRendering",
    "Rubric",
    "Sitting",
    "Statement",
    "Submission",
    "Task",
    "TaskImport",
    "TaskLook",
]
