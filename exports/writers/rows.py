"""What a row is: one SELECT that PostgreSQL renders as compact JSON, streamed out by COPY.

`row_to_json` keeps the order of the columns and every key in every row, whatever is null. All the columns come from
tables that never change, so the same items give the same bytes. PostgreSQL renders because it is where the text
lies: fetching rows into Python and writing them with a fast encoder was several times slower (docs/adr/0005).
"""

from typing import Protocol

from django.db import connection

SCHEMA = "pasiflora-row/1"

# {items} is the list of items to render: (position, revision_id, decision_id).
_ROW = """
SELECT
    'pf_' || replace(s.row_id::text, '-', '') AS id,
    json_build_array(
        json_build_object('role', 'user', 'content',
            CASE WHEN t.context = '' THEN t.instruction ELSE t.instruction || E'\\n\\n' || t.context END),
        json_build_object('role', 'assistant', 'content', r.body)
    ) AS messages,
    d.slug AS domain,
    t.language,
    t.source,
    -- A share-alike licence of the instruction binds the row as a whole.
    CASE WHEN t.licence ~* '(^|-)SA(-|$)' THEN t.licence ELSE p.licence END AS licence,
    t.licence AS prompt_licence,
    p.licence AS response_licence,
    json_build_object(
        'accuracy', v.accuracy, 'nuance', v.nuance, 'calibration', v.calibration, 'clarity', v.clarity
    ) AS scores,
    v.n AS reviews_count,
    v.reviews,
    json_build_object(
        'project', p.slug,
        'guideline', g.number,
        'rubric', u.number,
        'revision', r.number,
        'revision_sha256', r.sha256,
        'submitted_at', to_char(r.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'approved_at', to_char(c.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'decided_by', CASE WHEN c.decided_by_id IS NULL THEN 'rule' ELSE 'adjudicator' END,
        'author', 'a_' || left(encode(sha256(convert_to({salt} || ':author:' || s.author_id, 'UTF8')), 'hex'), 16),
        'author_credentials', to_json(ARRAY(
            SELECT DISTINCT k.kind FROM experts_credential k
            JOIN experts_credentialruling q ON q.credential_id = k.id
            WHERE k.user_id = s.author_id AND q.outcome = 'verified' AND q.ruled_at <= c.decided_at
              AND (q.valid_until IS NULL OR q.valid_until >= (r.submitted_at AT TIME ZONE 'UTC')::date)
              AND (q.scope ? d.slug OR q.scope ? (SELECT slug FROM experts_domain WHERE id = d.parent_id))
            ORDER BY k.kind)),
        'task_external_id', t.external_id
    ) AS provenance,
    '{schema}' AS schema
FROM ({items}) i
JOIN tasks_revision r ON r.id = i.revision_id
JOIN tasks_submission s ON s.id = r.submission_id
JOIN tasks_task t ON t.id = s.task_id
JOIN tasks_project p ON p.id = t.project_id
JOIN experts_domain d ON d.id = t.domain_id
JOIN tasks_guideline g ON g.id = r.guideline_id
JOIN tasks_rubric u ON u.id = r.rubric_id
JOIN reviews_decision c ON c.id = i.decision_id
CROSS JOIN LATERAL (
    SELECT count(*) AS n,
        round(avg(w.accuracy), 2)::float AS accuracy, round(avg(w.nuance), 2)::float AS nuance,
        round(avg(w.calibration), 2)::float AS calibration, round(avg(w.clarity), 2)::float AS clarity,
        json_agg(json_build_object(
            'reviewer',
            'r_' || left(encode(sha256(convert_to({salt} || ':reviewer:' || w.reviewer_id, 'UTF8')), 'hex'), 16),
            'accuracy', w.accuracy, 'nuance', w.nuance, 'calibration', w.calibration, 'clarity', w.clarity,
            'verdict', w.verdict,
            'completed_at', to_char(w.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        ) ORDER BY w.place) AS reviews
    FROM reviews_review w WHERE w.revision_id = r.id AND w.state = 'completed'
) v
ORDER BY i.position
"""

_ITEMS = """
SELECT position, revision_id, decision_id FROM exports_item
WHERE release_id = {release} AND position > {after} AND position <= {upto}
"""

# JSON text holds no raw control character, so with these two COPY's CSV format quotes nothing: the lines come out as
# they are. (COPY's text format would double every backslash.)
_COPY = (
    "COPY (SELECT row_to_json(row) FROM ({row}) row) TO STDOUT WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
)


def row_query(*, release_id: int, salt: str, after: int = 0, upto: int = 2**31 - 1) -> str:
    """The SELECT that renders items after a position up to another. Only numbers and the quoted salt are filled in."""
    with connection.cursor() as cursor:
        quoted = cursor.mogrify("%s", [salt]).decode()
    items = _ITEMS.format(release=int(release_id), after=int(after), upto=int(upto))
    return _ROW.format(salt=quoted, items=items, schema=SCHEMA)


class Sink(Protocol):
    """Anything that COPY can write to."""

    def write(self, chunk: bytes, /) -> object: ...


def copy_rows(*, release_id: int, salt: str, after: int, upto: int, into: Sink) -> None:
    """Write the rows after a position up to another, one JSON object a line, in the order of the items."""
    query = row_query(release_id=release_id, salt=salt, after=after, upto=upto)
    with connection.cursor() as cursor:
        cursor.copy_expert(_COPY.format(row=query), into)
