"""The locked-down process: `python -m experts.evidence.child clean|draw SUFFIX SECONDS`, bytes in, bytes out.

Files of strangers are decoded here, by libraries that have had holes and will have more. Before it reads a byte it
gives up writing and opening files, sockets and core dumps, and takes limits of memory and time, so that what breaks
into it finds an empty room: no secret in the environment, no file, no network, and seconds to live.

It answers with one line of JSON: {"refused": sentences}, {"broken": where} when it failed itself, or
{"type": …, "pages": …, "parts": [bytes of each part]}; the parts follow.
"""

import codecs
import ctypes
import io
import json
import resource
import sys
import traceback
import zipfile
from contextlib import suppress
from pathlib import PurePath
from typing import Any

import puremagic

from experts.evidence.limits import MOST_BYTES, MOST_KEPT, NAMES, SUFFIXES, MediaType
from experts.evidence.pdfs import clean_pdf, draw, prepare
from experts.evidence.pictures import PNG_SIGNATURE, clean_picture
from experts.evidence.refusing import Refused

MEMORY = 1024**3

# Imported now, as names in archives are read with it: later this process can open no file.
codecs.lookup("cp437")

_SIGNATURES = {MediaType.PDF: b"%PDF-", MediaType.PNG: PNG_SIGNATURE, MediaType.JPEG: b"\xff\xd8\xff"}
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38

_PHONE = "It is a HEIC picture, as many phones take them. Save or send it as JPEG, or add a screenshot of it."
_WORD = "It is a Word document. Save it as PDF and add that."
_OTHER = "It is a {} picture. Save it as PNG or JPEG and add that."
_ARCHIVE = "It is an archive. Take the files out of it and add them one by one."
# What people send most often instead, by what the content says.
_ADVICE = {
    "heic": _PHONE, "heif": _PHONE, "docx": _WORD, "doc": _WORD, "odt": _WORD.replace("Word", "text"),
    "webp": _OTHER.format("WebP"), "gif": _OTHER.format("GIF"), "tif": _OTHER.format("TIFF"),
    "tiff": _OTHER.format("TIFF"), "bmp": _OTHER.format("BMP"), "zip": _ARCHIVE, "7z": _ARCHIVE, "rar": _ARCHIVE,
}  # fmt: skip


def lock_down(seconds: int) -> None:
    """Give up what this work does not need. Standard input and output are open and stay so. `seconds` are of the
    processor."""
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 3)
    with suppress(ValueError, OSError):  # a Mac knows the name of this limit and refuses it
        _limit(resource.RLIMIT_AS, MEMORY)
    with suppress(ValueError, OSError):
        _limit(resource.RLIMIT_NPROC, 0)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def clean(content: bytes, suffix: str) -> tuple[MediaType, int, list[bytes]]:
    """What the file is, how many pages it has, and the file written anew. `suffix` is how its name ends: ".pdf"."""
    if not content:
        raise Refused("It is empty.")
    kind = _kind(content, suffix)
    if suffix not in SUFFIXES[kind]:
        raise Refused(
            f"By its content it is {NAMES[kind]}, but its name does not end in {SUFFIXES[kind][0]}. "
            "Rename it and add it again."
        )
    if _is_archive(content):
        raise Refused("It is an archive as well. Save it again with the program that made it and add that.")
    written, pages = clean_pdf(content) if kind == MediaType.PDF else (clean_picture(content, kind), 1)
    if len(written) > MOST_KEPT:
        raise Refused("It is too large once it is unpacked. Make it smaller and add that.")
    return kind, pages, [written]


def _kind(content: bytes, suffix: str) -> MediaType:
    """By the first bytes: a file of these kinds that begins with anything else is two files in one."""
    for kind, signature in _SIGNATURES.items():
        if content.startswith(signature):
            return kind
    try:
        guesses = [match.extension.lstrip(".").lower() for match in puremagic.magic_string(content)]
    except (puremagic.PureError, ValueError):
        guesses = []
    # An archive begins like a Word document does: then the name decides.
    known = [guess for guess in guesses if guess in _ADVICE and (guess != "docx" or suffix == ".docx")]
    if known:
        raise Refused(_ADVICE["docx" if "docx" in known else known[0]])
    if b"%PDF-" in content[:1024]:
        raise Refused("Something stands before the beginning of the document. Print it to a PDF and add that.")
    raise Refused("By its content it is neither a PDF, nor a PNG, nor a JPEG picture.")


def _is_archive(content: bytes) -> bool:
    """Whether a program that unpacks archives would find files in it, wherever they stand."""
    with suppress(zipfile.BadZipFile, ValueError, NotImplementedError):
        return bool(zipfile.ZipFile(io.BytesIO(content)).infolist())
    return False


def main(what: str, suffix: str, seconds: str) -> None:
    """Read, work, answer."""
    parts: list[bytes] = []
    try:
        prepare()
        lock_down(int(seconds))
        content = sys.stdin.buffer.read(MOST_KEPT + 1 if what == "draw" else MOST_BYTES + 1)
        if what == "draw":
            parts = draw(content)
            kind, pages = MediaType.JPEG, len(parts)
        else:
            kind, pages, parts = clean(content, suffix)
        answer: dict[str, Any] = {"type": kind.value, "pages": pages, "parts": [len(part) for part in parts]}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except Exception as error:  # noqa: BLE001 -- told to the parent, which has a log; without words from the file
        last = traceback.extract_tb(error.__traceback__)[-1]
        answer = {"broken": f"{type(error).__name__} at {PurePath(last.filename).name}:{last.lineno}"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
