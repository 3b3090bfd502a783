"""Looking at a stack from outside."""

import json
import time
from contextlib import suppress

from pasiflora.stack.processes import command_of


def children_of(home):
    """The processes that the stack of `home` has noted: name to pid."""
    found = {}
    for note in home.run.glob("*.child"):
        with suppress(ValueError, FileNotFoundError):  # being written or removed just now
            found[note.stem] = json.loads(note.read_text())["pid"]
    return found


def eventually(true, *, within=20.0, saying=lambda: ""):
    """Wait until `true()`; the assertion fails, `saying` what is in the way, when that takes longer than `within`
    seconds."""
    deadline = time.monotonic() + within
    while not (answer := true()):
        assert time.monotonic() < deadline, f"still not so after {within} s {saying()}"
        time.sleep(0.05)
    return answer


def gone(pid):
    return not command_of(pid)
