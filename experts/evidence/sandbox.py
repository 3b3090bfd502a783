"""Handing a stranger's file to the locked-down process. Bytes travel through pipes and never touch a disk."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from experts.evidence.limits import MOST_BYTES, MOST_DRAWN, MOST_KEPT, SECONDS, TOO_LARGE, MediaType
from experts.evidence.refusing import Refused
from pasiflora.env import BASE_DIR
from pasiflora.kernel.errors import NotNow

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""Files that one process of ours has looked at at the same time: each may take a gigabyte for a moment."""
PATIENCE = 30.0
"""Seconds to wait for a turn, and for an answer beyond the processor's."""
_LONGEST_HEAD = 4096
_TOO_HARD = "It takes too much memory or time to be read. Save it in a simpler form, or as a picture, and add that."

_turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(NotNow):
    """Many files are being looked at just now. Try again in a minute."""

    code = "busy"


@dataclass(frozen=True)
class Cleaned:
    """A file that was written anew."""

    media_type: MediaType
    pages: int
    content: bytes


def clean(content: bytes | memoryview, name: str) -> Cleaned:
    """The file checked against every rule and written anew. Refused with sentences, or Busy."""
    if len(content) > MOST_BYTES:
        raise Refused(TOO_LARGE)
    told, parts = _ask("clean", content, _suffix(name), most=MOST_KEPT)
    return Cleaned(media_type=MediaType(told["type"]), pages=told["pages"], content=parts[0])


def drawn(content: bytes) -> list[bytes]:
    """The pages of a PDF as JPEG pictures."""
    return _ask("draw", content, "", most=MOST_DRAWN)[1]


def _suffix(name: str) -> str:
    """How the name ends, in small letters: all that the process needs of it, as others on this machine see what a
    process was called with."""
    return "".join(c for c in PurePath(name).suffix.lower() if c == "." or c.isalnum())[:10]


def _ask(what: str, content: bytes | memoryview, suffix: str, *, most: int) -> tuple[dict[str, Any], list[bytes]]:
    with _turn(), _child(what, suffix) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        feeding = threading.Thread(target=_feed, args=(child.stdin, content), daemon=True)
        alarm = threading.Timer(SECONDS[what] + PATIENCE, child.kill)
        feeding.start()
        alarm.start()
        try:
            answer = child.stdout.read(most + _LONGEST_HEAD)
            code = child.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            code = 0
        finally:
            alarm.cancel()
            child.kill()
            feeding.join()
    return _understood(what, answer, code)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


def _child(what: str, suffix: str) -> "subprocess.Popen[bytes]":
    """The process, with none of our secrets in its environment and no way to ask for them."""
    return subprocess.Popen(  # noqa: S603 -- our own module, no shell
        [sys.executable, "-E", "-B", "-m", "experts.evidence.child", what, suffix, str(SECONDS[what])],
        cwd=BASE_DIR,
        env={"LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _feed(pipe: IO[bytes], content: bytes | memoryview) -> None:
    try:
        with pipe:
            pipe.write(content)
    except OSError:
        logger.info("The file was not read to its end")


def _line(head: bytes) -> dict[str, Any]:
    try:
        told = json.loads(head)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _understood(what: str, answer: bytes, code: int) -> tuple[dict[str, Any], list[bytes]]:
    """The answer taken apart; Refused when there is none: the process was stopped at one of its limits."""
    head, _, rest = answer.partition(b"\n")
    told = _line(head)
    if "refused" in told:
        raise Refused(told["refused"])
    if len(rest) != sum(told.get("parts", [-1])):
        logger.warning("A file could not be read (%s): %s", what, told.get("broken", f"the process ended with {code}"))
        raise Refused(_TOO_HARD)
    parts, at = [], 0
    for length in told["parts"]:
        parts.append(rest[at : at + length])
        at += length
    return told, parts
