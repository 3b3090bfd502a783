"""Triggers that tie a verdict to what the reader found, and a finding to the words it is about."""

import pgtrigger

_COMPLETES = "NEW.state = 'completed' AND (TG_OP = 'INSERT' OR OLD.state <> 'completed')"
_UNCHECKED = """EXISTS (
    SELECT 1 FROM tasks_statement s WHERE s.revision_id = NEW.revision_id AND NOT EXISTS (
        SELECT 1 FROM reviews_statementcheck c WHERE c.review_id = NEW.id AND c.statement_id = s.id
    )
)"""
_FALSE = "EXISTS (SELECT 1 FROM reviews_statementcheck c WHERE c.review_id = NEW.id AND c.finding = 'false')"
_FLAGGED = "EXISTS (SELECT 1 FROM reviews_criticalflag f WHERE f.review_id = NEW.id)"


def _refusing(
    name: str,
    condition: str,
    sentence: str,
    operation: pgtrigger.Operation,
    when: pgtrigger.When = pgtrigger.Before,
) -> pgtrigger.Trigger:
    """A trigger that refuses a row for which `condition` holds."""
    return pgtrigger.Trigger(
        name=name,
        when=when,
        operation=operation,
        func=f"IF {condition} THEN RAISE EXCEPTION '{name}: {sentence}' USING ERRCODE = 'check_violation'; END IF;\n"
        "RETURN NEW;",
    )


def _on_completion(name: str, condition: str, sentence: str) -> pgtrigger.Trigger:
    return _refusing(name, f"{_COMPLETES} AND {condition}", sentence, pgtrigger.Insert | pgtrigger.Update)


COMPLETION = [
    _on_completion(
        "review_scores_accuracy_once_checked",
        f"NEW.accuracy IS NOT NULL AND {_UNCHECKED}",
        "accuracy cannot be scored while statements are unchecked",
    ),
    _on_completion(
        "review_approves_only_what_it_checked",
        f"NEW.verdict = 'approve' AND ({_UNCHECKED} OR {_FALSE})",
        "an approval needs every statement checked and none false",
    ),
    _on_completion(
        "review_never_approves_what_it_flags",
        f"NEW.verdict = 'approve' AND {_FLAGGED}",
        "a critical flag blocks approval",
    ),
]

NO_APPROVAL_BY_RULE_IN_DOUBT = _refusing(
    "decision_by_rule_approves_nothing_false",
    """NEW.outcome = 'approved' AND NEW.decided_by_id IS NULL AND EXISTS (
    SELECT 1 FROM reviews_review r WHERE r.revision_id = NEW.revision_id AND r.state = 'completed' AND (
        EXISTS (SELECT 1 FROM reviews_statementcheck c WHERE c.review_id = r.id AND c.finding = 'false')
        OR EXISTS (SELECT 1 FROM reviews_criticalflag f WHERE f.review_id = r.id)
    )
)""",
    "a statement was found false or a critical flag raised, so an adjudicator must look",
    pgtrigger.Insert,
)

_STATE = "(SELECT r.state FROM reviews_review r WHERE r.id = NEW.review_id FOR SHARE)"


def on_an_open_review(name: str) -> pgtrigger.Trigger:
    """A trigger that adds rows to open reviews alone. It waits for whoever is completing the review."""
    return _refusing(name, f"{_STATE} <> 'open'", "the review is closed", pgtrigger.Insert)


def stands_in_the_text(name: str) -> pgtrigger.Trigger:
    """A trigger that refuses words which do not stand in the revision exactly where the row says."""
    return _refusing(
        name,
        """NEW.start IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM reviews_review r JOIN tasks_revision v ON v.id = r.revision_id
    WHERE r.id = NEW.review_id AND substring(v.body FROM NEW.start + 1 FOR NEW."end" - NEW.start) = NEW.exact
)""",
        "the words do not stand there",
        pgtrigger.Insert,
        # Whether the row can point at words at all is a constraint's to say, and constraints are asked before this.
        pgtrigger.After,
    )


OF_THE_SAME_REVISION = _refusing(
    "statement_check_of_the_same_revision",
    """NEW.statement_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM reviews_review r JOIN tasks_statement s ON s.revision_id = r.revision_id
    WHERE r.id = NEW.review_id AND s.id = NEW.statement_id
)""",
    "the statement belongs to another revision",
    pgtrigger.Insert,
)
