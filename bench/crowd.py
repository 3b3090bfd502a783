"""Writers as a program: each at a desk, saving at their own pace. Of the product it knows the answers alone."""

import asyncio
import json
import multiprocessing
import random
import time
from dataclasses import dataclass, field

PAUSE = (2.0, 10.0)
"""Seconds between the saves of one person."""
LATE = 2.0
WORDS = 1000
"""Words in a response when the minute begins. It grows by a sentence with every save."""
SENTENCE = "The premise holds when the sample is fair, and the sample is fair here. "
CSRF = "c" * 32


@dataclass
class Writer:
    """One person at one desk, and what came of their saves."""

    claim: int
    session: str
    """The cookie, name and value."""
    version: int = 0
    body: str = SENTENCE * (WORDS // 14)
    statements: list[dict] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


async def _write(writer: Writer, port: int, until: float) -> None:
    """Save until the time is over. The first pause is random from nothing on, so that not all begin together."""
    due = time.perf_counter() + random.uniform(0, PAUSE[1])  # noqa: S311 -- a pause, no secret
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.body += SENTENCE
        try:
            status, answer = await asyncio.wait_for(_save(writer, port), 30)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
            status, answer = 0, {"error": repr(error)}
        writer.took.append(time.perf_counter() - due)
        if status == 200 and answer["version"] == writer.version + 1:
            writer.version += 1
        else:
            writer.failed.append(f"{status}: {answer}")
            writer.version = int(answer.get("current", {}).get("version", writer.version))
        due = max(due, time.perf_counter()) + random.uniform(*PAUSE)  # noqa: S311 -- the same


async def _save(writer: Writer, port: int) -> tuple[int, dict]:
    """One save as the desk makes it, over a connection of its own: a proxy in front would keep some."""
    sent = json.dumps(
        {"body": writer.body, "note": "", "statements": writer.statements, "base_version": writer.version}
    ).encode()
    head = (
        f"POST /write/claims/{writer.claim}/save/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(sent)}\r\n"
        f"Cookie: {writer.session}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\n\r\n"
    )
    reader, out = await asyncio.open_connection("127.0.0.1", port)
    try:
        out.write(head.encode() + sent)
        answer = await reader.read()
    finally:
        out.close()
    top, _, content = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]) if top else 0, json.loads(content)


def all_write(
    writers: list[Writer], origin: str, seconds: float, answers: "multiprocessing.Queue[list[Writer]]"
) -> None:
    """The process of the writers."""

    async def together() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*[_write(writer, int(origin.rpartition(":")[2]), until) for writer in writers])

    asyncio.run(together())
    answers.put(writers)
