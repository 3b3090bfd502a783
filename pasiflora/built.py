"""Static files under the names of the browser build: they have a hash already, and its files import each other by them.

A second hash would be a second address of the same module, and a browser runs a module once for each address that it
has: two editors over one text.
"""

import re
from typing import IO

from whitenoise.storage import CompressedManifestStaticFilesStorage

NAMED_BY_THE_BUILD = re.compile(r"assets/[^/]+-[\w-]{8}\.\w+")


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it carries no types
    """WhiteNoise's, but for names that have their hash."""

    def hashed_name(self, name: str, content: IO[bytes] | None = None, filename: str | None = None) -> str:
        """The name under which a file is served."""
        return name if NAMED_BY_THE_BUILD.fullmatch(name) else super().hashed_name(name, content, filename)
