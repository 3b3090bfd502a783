"""Runs inside the product for LiveStack.python: each line it reads is code, each line it answers is its `result`."""

import json
import sys
import traceback

import django


def main() -> None:
    """Starting Django takes seconds, so it is done once for all that a test wants to know."""
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- settings come first

    for line in sys.stdin:
        names: dict[str, object] = {}
        try:
            exec(json.loads(line), names)
            told = {"result": names["result"]}
        except Exception:  # noqa: BLE001 -- the test shall see it
            told = {"error": traceback.format_exc()}
        # Tests end connections, and count them.
        connection.close()
        print(f"RESULT{json.dumps(told)}", flush=True)


if __name__ == "__main__":
    main()
