"""PDFs: read strictly, refused when they could do anything but be read, cut down to their pages, and drawn.

Runs in the locked-down process alone.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Stream
from pikepdf.sanitize import Sanitizer
from PIL import Image

from experts.evidence.limits import MOST_PAGES
from experts.evidence.refusing import Refused

_DAMAGED = "It is damaged or cut off. Open it, save or print it as a PDF again, and add that."
_PRINT = "Print it to a PDF and add that."
_START = re.compile(rb"%PDF-[12]\.\d")
_BLANK = b"\0\t\n\f\r "

# What a document may do besides being read, by the type of an action: each is a reason to refuse.
_ACTIONS = {
    "/JavaScript": f"It holds a script (JavaScript). {_PRINT}",
    "/Launch": f"It would start a program. {_PRINT}",
    "/GoToE": f"It opens a file inside it. {_PRINT}",
    "/ImportData": f"It would read another file. {_PRINT}",
    "/Rendition": f"It plays sound or film. {_PRINT}",
    "/Movie": f"It plays sound or film. {_PRINT}",
    "/Sound": f"It plays sound or film. {_PRINT}",
    "/RichMediaExecute": f"It plays sound or film. {_PRINT}",
}
_ATTACHED = f"Other files are attached inside it. {_PRINT} Add what was attached by itself."
_KEYS = {
    "/JS": _ACTIONS["/JavaScript"],
    "/JavaScript": _ACTIONS["/JavaScript"],
    "/EmbeddedFiles": _ATTACHED,
    "/EF": _ATTACHED,
    "/RichMediaContent": _ACTIONS["/Rendition"],
    "/XFA": f"It is a form that only some programs can show. {_PRINT}",
}

# What is kept of a document besides its pages: how its form fields look, and which layers are visible.
_KEPT_OF_DOCUMENT = {"/Type", "/Version", "/Pages", "/AcroForm", "/OCProperties"}
_DROPPED_OF_PAGE = (
    "/AA", "/AF", "/B", "/Metadata", "/PieceInfo", "/PZ", "/PresSteps", "/SeparationInfo", "/StructParents", "/Thumb",
)  # fmt: skip

DOTS_PER_INCH, TRIAL = 160, 18
LONGEST_SIDE = 2600
"""Pixels of the longer side of a drawn page: a poster is not drawn larger than a letter is."""


def prepare() -> None:
    """Lock and unlock a document: the library of ciphers opens files at its first use, and to say that a document is
    locked, it has to be used."""
    for old in (True, False):
        locked = io.BytesIO()
        way = pikepdf.Encryption(owner="owner", user="", R=3 if old else 6, aes=not old, metadata=not old)
        with pikepdf.new() as pdf:
            pdf.save(locked, encryption=way)
        with pikepdf.open(locked):
            pass


def clean_pdf(content: bytes) -> tuple[bytes, int]:
    """The document written anew with its pages and nothing that acts, and how many pages there are."""
    if not _START.match(content):
        raise Refused(_DAMAGED)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Refused(_DAMAGED)
    if content[end + 5 :].strip(_BLANK):
        raise Refused(f"Something follows after the end of the document. {_PRINT}")
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            written, count = _cleaned(pdf)
    except pikepdf.PasswordError as error:
        raise Refused("It is locked with a password. Save a copy without one and add that.") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise Refused(_DAMAGED) from error
    # What an admin could not be shown is refused now, while the person is here to mend it.
    draw(written, dots_per_inch=TRIAL)
    return written, count


def _cleaned(pdf: pikepdf.Pdf) -> tuple[bytes, int]:
    if pdf.is_encrypted:
        raise Refused("It is protected against copying or changes. Print it to a PDF and add that.")
    count = len(pdf.pages)
    if not count:
        raise Refused("It has no pages.")
    if count > MOST_PAGES:
        raise Refused(f"It has {count} pages, and {MOST_PAGES} are the most. Add the pages that matter.")
    refuse_what_acts(pdf)
    if pdf.check_pdf_syntax():
        raise Refused(_DAMAGED)
    _strip(pdf)
    out = io.BytesIO()
    pdf.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,
        min_version="1.7",
    )
    return out.getvalue(), count


def _strip(pdf: pikepdf.Pdf) -> None:
    """Take out what is harmless and still not wanted: links, bookmarks, metadata, traces of programs. What is then
    reached from nowhere is not written."""
    (
        Sanitizer()
        .remove_javascript()
        .remove_external_access()
        .remove_multimedia()
        .remove_attachments()
        .remove_thumbnails()
        .remove_private_app_data()
        .remove_search_index()
        .remove_web_capture()
        .remove_collection()
        .apply(pdf)
    )
    for key in set(pdf.Root.keys()) - _KEPT_OF_DOCUMENT:
        del pdf.Root[key]
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]
    for page in pdf.pages:
        for key in _DROPPED_OF_PAGE:
            if key in page.obj:
                del page.obj[key]


def refuse_what_acts(pdf: pikepdf.Pdf) -> None:
    """Look at every object, reachable or not: a document that hides a script is no less refused than one that runs
    it."""
    for thing in pdf.objects:
        for held in _dictionaries(thing):
            for key, sentence in _KEYS.items():
                if key in held and not _is_empty(held[key]):
                    raise Refused(sentence)
            action = held.get(Name.S)
            if isinstance(action, Name) and str(action) in _ACTIONS:
                raise Refused(_ACTIONS[str(action)])
            if held.get(Name.Subtype) == Name.FileAttachment or held.get(Name.Type) == Name.EmbeddedFile:
                raise Refused(_ATTACHED)


def _dictionaries(thing: Any) -> Iterator[Any]:
    """The dictionary of this object and those written inside it. Others are objects of their own in the list."""
    waiting = [thing]
    while waiting:
        held = waiting.pop()
        if isinstance(held, (Dictionary, Stream)):
            yield held
            inside: Iterator[Any] = (held.get(key) for key in held.keys())  # noqa: SIM118 -- a PDF dictionary iterates over nothing
        elif isinstance(held, Array):
            inside = iter(held)
        else:
            continue
        waiting += [each for each in inside if isinstance(each, (Dictionary, Stream, Array)) and not each.is_indirect]


def _is_empty(value: Any) -> bool:
    """An empty name tree is left behind by programs that have removed what was in it."""
    if isinstance(value, Dictionary):
        return all(isinstance(part, Array) and not len(part) for part in (value.get(key) for key in value.keys()))  # noqa: SIM118
    return False


def draw(content: bytes, *, dots_per_inch: int = DOTS_PER_INCH) -> list[bytes]:
    """Each page as a JPEG. Fonts that the document does not bring are replaced by the built-in ones."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            if document.get_formtype():
                document.init_forms()
            return [_drawn(document[n], dots_per_inch) for n in range(min(len(document), MOST_PAGES))]
    except pypdfium2.PdfiumError as error:
        raise Refused(_DAMAGED) from error


def _drawn(page: pypdfium2.PdfPage, dots_per_inch: int) -> bytes:
    longer = max(page.get_size())
    bitmap = page.render(scale=min(dots_per_inch / 72, LONGEST_SIDE / max(longer, 1)), rev_byteorder=True)
    try:
        size = (bitmap.width, bitmap.height)
        # pypdfium2's own conversion imports a module at its first use, and this process can open no file by then.
        picture = Image.frombuffer("RGB", size, bitmap.buffer, "raw", "RGB", bitmap.stride, 1)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=90, subsampling=0)
        return out.getvalue()
    finally:
        bitmap.close()
        page.close()
