"""Tables whose rows are inserted once and never change: the database refuses UPDATE and DELETE."""

import pgtrigger


def frozen(name: str) -> list[pgtrigger.Trigger]:
    """Triggers for a model's Meta. `name` is what the log shows, so it names the promise."""
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]
