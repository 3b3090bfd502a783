"""One question to a server of the outside world, asked with little patience.

Nothing is followed to another host, nothing takes longer than the deadline however slowly it drips, and no more is read
than a megabyte, counted as it travels: what is compressed is not unpacked.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx

from pasiflora.kernel.web.trust import authorities

PATIENCE = 5.0
"""Seconds that a server may be silent."""
DEADLINE = 10.0
"""Seconds for everything, from the name look-up to the last byte."""
LARGEST = 1024 * 1024
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Pasiflora/1"}


class Unanswered(Exception):
    """There was no answer that can be used. The message is a sentence's end: `it did not answer in time`."""


@dataclass(frozen=True)
class Http:
    """A server behind a base address; an empty one is switched off."""

    base: str

    def get(self, path: str) -> tuple[int, Any]:
        """Status (200 or 404) and JSON of one answer; Unanswered for everything else. The JSON of a 404 is None when it
        is none: whatever stands in between may have said it."""
        if not self.base:
            raise Unanswered("this register is not switched on")
        try:
            status, body = asyncio.run(asyncio.wait_for(self._fetched(path), DEADLINE))
        except (TimeoutError, httpx.TimeoutException) as error:
            raise Unanswered("it did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unanswered("it could not be reached") from error
        try:
            return status, json.loads(body)
        except (ValueError, RecursionError) as error:
            if status == 404:
                return 404, None
            raise Unanswered("its answer could not be read") from error

    async def _fetched(self, path: str) -> tuple[int, bytes]:
        async with (
            httpx.AsyncClient(
                timeout=PATIENCE, follow_redirects=False, trust_env=False, verify=authorities()
            ) as client,
            client.stream("GET", self.base.rstrip("/") + path, headers=HEADERS) as answer,
        ):
            if answer.status_code not in {200, 404}:
                raise Unanswered(f"it answered with {answer.status_code}")
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise Unanswered("its answer is packed, which was not asked for")
            body = bytearray()
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > LARGEST:
                    raise Unanswered("its answer is too long")
        return answer.status_code, bytes(body)
