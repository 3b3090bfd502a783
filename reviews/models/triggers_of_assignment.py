"""Triggers that bound what one reviewer is given: reviews open at once, and one author again and again.

They look at places as they are taken. What is completed later, or written by a restore, is not counted again.
"""

from datetime import timedelta

import pgtrigger

from reviews.models.availability import MOST_OPEN
from reviews.states import ReviewState

PAIR_MOST = 5
"""Different submissions of one author that one reviewer reads within PAIR_WITHIN: a pair that meets too often is
neither blind nor independent for long."""

PAIR_WITHIN = timedelta(days=30)

_TOO_MANY_OPEN = """
IF (SELECT count(*) FROM reviews_review WHERE reviewer_id = NEW.reviewer_id AND state = 'open')
    >= {most}
THEN
    RAISE EXCEPTION 'review_open_at_most_three: too many open reviews' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""

_MEETS_TOO_OFTEN = """
IF (
    SELECT count(DISTINCT other.id)
    FROM tasks_revision now_ JOIN tasks_submission mine ON mine.id = now_.submission_id
    JOIN tasks_submission other ON other.author_id = mine.author_id AND other.id <> mine.id
    JOIN tasks_revision read_ ON read_.submission_id = other.id
    JOIN reviews_review r ON r.revision_id = read_.id AND r.reviewer_id = NEW.reviewer_id
    WHERE now_.id = NEW.revision_id AND r.state IN ('open', 'completed')
        AND r.assigned_at > NEW.assigned_at - interval '{days} days'
        AND NOT EXISTS (
            SELECT 1 FROM reviews_review b JOIN tasks_revision br ON br.id = b.revision_id
            WHERE br.submission_id = mine.id AND b.reviewer_id = NEW.reviewer_id
                AND b.state = 'completed'
        )
) >= {most} THEN
    RAISE EXCEPTION 'review_pair_meets_seldom: this pair met too often' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""

ASSIGNMENT = [
    pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__state=ReviewState.OPEN),
        func=func,
    )
    for name, func in [
        ("review_open_at_most_three", _TOO_MANY_OPEN.format(most=MOST_OPEN)),
        ("review_pair_meets_seldom", _MEETS_TOO_OFTEN.format(most=PAIR_MOST, days=PAIR_WITHIN.days)),
    ]
]
