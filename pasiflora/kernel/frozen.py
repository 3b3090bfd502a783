"""Tables whose rows are inserted once and never change: the database refuses UPDATE and DELETE."""

import pgtrigger

ERASED = "[erased]"
"""What stands where words about a person stood, once that person has been erased."""


def frozen(name: str) -> list[pgtrigger.Trigger]:
    """Triggers for a model's Meta. `name` is what the log shows, so it names the promise."""
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]


def frozen_but_for_erasure(name: str, *words: str, when: str = "true") -> list[pgtrigger.Trigger]:
    """Triggers for a table that holds words about a person: the one change it takes is ERASED in those columns.

    What was decided, by whom and when stays for good. `when` is SQL about OLD that restricts both triggers to some
    rows; deletions are refused under the name with `_and_is_kept`.
    """
    erased = " AND ".join(f"NEW.{column} IN (OLD.{column}, '{ERASED}')" for column in words)
    listed = ", ".join(f"'{column}'" for column in words)
    same = f"to_jsonb(NEW.*) - ARRAY[{listed}] = to_jsonb(OLD.*) - ARRAY[{listed}]"
    return [
        pgtrigger.Protect(
            name=name,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(f"(({when}) AND NOT ({erased} AND {same}))"),
        ),
        pgtrigger.Protect(
            name=f"{name}_and_is_kept", operation=pgtrigger.Delete, condition=pgtrigger.Condition(f"({when})")
        ),
    ]
