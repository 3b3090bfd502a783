"""Pictures: looked through byte by byte, decoded within limits, and written anew so that only pixels are kept.

Runs in the locked-down process alone.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps, MpoImagePlugin, TiffImagePlugin

from experts.evidence.limits import MOST_PIXELS, MediaType
from experts.evidence.refusing import Refused

# Imported now: at the first use of a format or of EXIF this process can open no more files.
Image.preinit()
_IMPORTED = (MpoImagePlugin, TiffImagePlugin)

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND"}
_DAMAGED = "It is damaged or cut off. Make the picture again and add that."
_FOLLOWED = (
    "Something follows after the end of the picture, such as a moving part or another file. Save it as a plain "
    "picture (a screenshot of it will do) and add that."
)
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ALONE = {0x01, *range(0xD0, 0xDA)}
"""Markers without a length: the start, the end, restarts."""


def clean_picture(content: bytes, kind: MediaType) -> bytes:
    """The picture written anew, upright, without metadata, on white where it was transparent. Refused otherwise."""
    plain = plain_png(content) if kind == MediaType.PNG else plain_jpeg(content)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(plain), formats=["PNG" if kind == MediaType.PNG else "JPEG"]) as picture:
            _check_size(*picture.size)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            return _written(_opaque(upright), kind)
    except Image.DecompressionBombError as error:
        raise Refused(_too_many_pixels()) from error
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error, OverflowError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the system, such as a module that was to be imported too late; Pillow's own have no number
        raise Refused(_DAMAGED) from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused(_too_many_pixels())


def _too_many_pixels() -> str:
    return f"It has more than {MOST_PIXELS // 1_000_000} megapixels. Make it smaller and add that."


def _opaque(picture: Image.Image) -> Image.Image:
    """In one of the two modes that are written: grey or colour, eight bits, nothing transparent."""
    if picture.mode.startswith("I"):  # sixteen bits of grey; a conversion alone would clip them
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        layered = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(layered, mask=layered)
        return white
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def _written(picture: Image.Image, kind: MediaType) -> bytes:
    # What Pillow was told about the file (profiles, comments, EXIF) hangs on `info` and would be written again.
    picture.info = {}
    out = io.BytesIO()
    if kind == MediaType.PNG:
        picture.save(out, "PNG", compress_level=4)
    else:
        picture.save(out, "JPEG", quality=92, subsampling=0)
    return out.getvalue()


def plain_png(content: bytes) -> bytes:
    """The chunks that hold the picture and no others. Refused when one is broken or something follows the last."""
    kept, sizes = [PNG_SIGNATURE], 0
    for name, body, whole in _chunks(content):
        if name == b"IHDR":
            _check_size(*struct.unpack(">II", body[:8]))
        if name == b"acTL" and body[:4] != b"\0\0\0\1":
            raise Refused("It is a moving picture. Save one picture of it and add that.")
        if name in _KEPT_CHUNKS:
            kept.append(whole)
        sizes += len(whole)
    if len(content) > len(PNG_SIGNATURE) + sizes:
        raise Refused(_FOLLOWED)
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body and bytes of each chunk up to the last one."""
    at, name = len(PNG_SIGNATURE), b""
    while name != b"IEND":
        length = int.from_bytes(content[at : at + 4])
        whole = content[at : at + 12 + length]
        name, body = whole[4:8], whole[8:-4]
        if len(whole) != 12 + length or zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:]):
            raise Refused(_DAMAGED)
        yield name, body, whole
        at += len(whole)


def plain_jpeg(content: bytes) -> bytes:
    """The first picture of the file. Refused when it has no end, or something follows that no camera puts there."""
    end, announced = _end_of_jpeg(content)
    rest = content[end:]
    if rest.strip(b"\0") and not (_all_pictures(content, end, announced) or _samsung(rest)):
        raise Refused(_FOLLOWED)
    return content[:end]


def _end_of_jpeg(content: bytes) -> tuple[int, list[tuple[int, int]]]:
    """Where the first picture ends; start and length of further ones that it announces."""
    at, announced = 0, list[tuple[int, int]]()
    while True:
        found = _MARKER.search(content, at)
        if found is None:
            raise Refused(_DAMAGED)
        marker, at = content[found.start() + 1], found.end()
        if marker == 0xD9:
            return at, announced
        if marker in _ALONE:
            continue
        length = int.from_bytes(content[at : at + 2])
        body = content[at + 2 : at + length]
        if length < 2 or at + length > len(content):
            raise Refused(_DAMAGED)
        if marker == 0xE2 and body.startswith(b"MPF\0"):
            announced = _further_pictures(body[4:], at + 6)
        at += length


def _further_pictures(index: bytes, start: int) -> list[tuple[int, int]]:
    """What a multi-picture index (CIPA DC-007) lists besides the first picture. `start` is where the index stands."""
    try:
        order = "<" if index[:2] == b"II" else ">"
        (first,) = struct.unpack_from(f"{order}I", index, 4)
        (count,) = struct.unpack_from(f"{order}H", index, first)
        for n in range(count):
            tag, _, length, where = struct.unpack_from(f"{order}HHII", index, first + 2 + 12 * n)
            if tag == 0xB002:
                entries = [struct.unpack_from(f"{order}III", index, where + 16 * k) for k in range(length // 16)]
                return [(start + offset, size) for _, size, offset in entries if offset]
    except struct.error:
        return []
    return []


def _all_pictures(content: bytes, end: int, announced: list[tuple[int, int]]) -> bool:
    """Whether what follows is nothing but pictures that were announced, each with its own end: phones add a smaller
    or a brighter one."""
    at = end
    for start, size in sorted(announced):
        further = content[start : start + size]
        if content[at:start].strip(b"\0") or not further.startswith(b"\xff\xd8\xff") or len(further) != size:
            return False
        try:
            own_end, _ = _end_of_jpeg(further)
        except Refused:
            return False
        if further[own_end:].strip(b"\0"):
            return False
        at = start + size
    return bool(announced) and not content[at:].strip(b"\0")


def _samsung(rest: bytes) -> bool:
    """Whether this is the block of times and names that Samsung's cameras write behind a picture, and a short one:
    its longest form holds a film."""
    (length,) = struct.unpack("<I", rest[-8:-4]) if len(rest) >= 8 else (0,)
    return rest.endswith(b"SEFT") and rest[-8 - length : -4 - length] == b"SEFH" and len(rest) < 4096
