"""Questions about one task and its project."""

from tasks.models import Guideline, Project


def newest_guideline(project: Project) -> Guideline | None:
    """The guideline that work handed in now is judged by."""
    return Guideline.objects.filter(project=project).order_by("-number").first()
