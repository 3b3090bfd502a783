"""Triggers that keep judgement apart from whom it concerns."""

import pgtrigger

NOT_BY_THE_AUTHOR = """
IF EXISTS (
    SELECT 1 FROM tasks_revision r JOIN tasks_submission s ON s.id = r.submission_id
    WHERE r.id = NEW.revision_id AND s.author_id = NEW.{column}
) THEN
    RAISE EXCEPTION '{name}: the author of a revision cannot judge it' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


def not_by_the_author(name: str, column: str) -> pgtrigger.Trigger:
    """A trigger that refuses a row whose `column` is the author of its revision."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=NOT_BY_THE_AUTHOR.format(name=name, column=column),
    )


NOT_IN_CONFLICT = """
IF TG_OP = 'INSERT' OR (OLD.revision_id, OLD.{column}) IS DISTINCT FROM (NEW.revision_id, NEW.{column}) THEN IF EXISTS (
    SELECT 1 FROM tasks_revision r JOIN tasks_submission s ON s.id = r.submission_id
    JOIN experts_conflict c ON c.ended_at IS NULL AND (
        (c.user_id = NEW.{column} AND c.other_id = s.author_id)
        OR (c.user_id = s.author_id AND c.other_id = NEW.{column})
        OR (c.user_id = s.author_id AND c.employer <> '' AND EXISTS (
            SELECT 1 FROM experts_conflict m
            WHERE m.user_id = NEW.{column} AND m.employer = c.employer AND m.ended_at IS NULL
        ))
    )
    WHERE r.id = NEW.revision_id
) THEN
    RAISE EXCEPTION '{name}: a recorded conflict of interest' USING ERRCODE = 'check_violation';
END IF; END IF;
RETURN NEW;
"""


def not_in_conflict(name: str, column: str) -> pgtrigger.Trigger:
    """A trigger that refuses to give a revision to somebody in conflict with its author. What was given before the
    conflict was recorded stays and can be completed: it is shown to the admins."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=NOT_IN_CONFLICT.format(name=name, column=column),
    )
