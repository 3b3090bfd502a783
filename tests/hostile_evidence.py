"""Files that nobody should send, made byte by byte: what the tests of evidence start from."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from PIL import Image

from experts.evidence import sandbox
from experts.evidence.refusing import Refused

MARKER = b"Zwicky-4711"


def pdf(change: Callable[[pikepdf.Pdf], Any] | None = None, pages: int = 1, **saving: Any) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **saving)
    return out.getvalue()


def written(objects: list[bytes]) -> bytes:
    """A PDF of these objects, the first of them its catalog, byte by byte: pikepdf would repack what is in them."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **saving: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").convert(mode).save(out, kind, **saving)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("run.exe", b"MZ" * 100)
    return out.getvalue()


def why_not(content: bytes, name: str) -> str:
    with pytest.raises(Refused) as refused:
        sandbox.clean(content, name)
    return str(refused.value)


def zeros(megabytes: int) -> bytes:
    """So many million zeros as zlib would pack them, without packing them one by one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 1_000_000 % 65521) << 16 | 1
    return b"\x78\xda" + block * megabytes + b"\x03\x00" + struct.pack(">I", checksum)


def bomb(width: int, height: int) -> bytes:
    """A picture of one colour: small as a file, huge as pixels."""
    line = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", line), (b"IEND", b"")]
    body = [struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


DAMAGED_PDF = "It is damaged or cut off. Open it, save or print it as a PDF again, and add that."


DAMAGED_PICTURE = "It is damaged or cut off. Make the picture again and add that."


FOLLOWED = (
    "Something follows after the end of the picture, such as a moving part or another file. Save it as a plain "
    "picture (a screenshot of it will do) and add that."
)
