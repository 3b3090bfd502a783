"""PDFs of evidence: refused for what they could do, cut down to their pages, drawn."""

import io
import time
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from experts.evidence import sandbox
from experts.evidence.limits import MediaType
from experts.evidence.refusing import Refused
from tests.hostile_evidence import DAMAGED_PDF, MARKER, pdf, why_not, written, zeros


def action(kind: str, **more: Any) -> Dictionary:
    return Dictionary(S=Name(kind), **more)


def opening(kind: str, **more: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = action(kind, **more)

    return change


def annotated(**annotation: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Annots = Array([made.make_indirect(Dictionary(Rect=[0, 0, 9, 9], **annotation))])

    return change


def named_script(made: pikepdf.Pdf) -> None:
    script = made.make_indirect(action("/JavaScript", JS=String("app.alert(1)")))
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))


def hidden_script(made: pikepdf.Pdf) -> None:
    """In a chain behind a harmless action, as a stream, in the bookmarks."""
    code = Stream(made, b"app.alert(1)")
    chain = action("/GoTo", Next=action("/Named", Next=action("/JavaScript", JS=code)))
    made.Root.Outlines = made.make_indirect(Dictionary(First=made.make_indirect(Dictionary(A=chain))))


def field_script(made: pikepdf.Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("x"), AA=Dictionary(K=action("/JavaScript", JS=String("x"))))
    made.Root.AcroForm = Dictionary(Fields=Array([made.make_indirect(field)]))


def attachment(made: pikepdf.Pdf) -> None:
    made.attachments["virus.exe"] = b"MZ"


def attached_note(made: pikepdf.Pdf) -> None:
    annotated(Subtype=Name.FileAttachment, FS=Dictionary(F=String("x")))(made)


def form_of_programs(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(made, b"<xdp/>"))


SCRIPT = "It holds a script (JavaScript). Print it to a PDF and add that."


ATTACHED = "Other files are attached inside it. Print it to a PDF and add that. Add what was attached by itself."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (opening("/JavaScript", JS=String("app.alert(1)")), SCRIPT),
        (named_script, SCRIPT),
        (hidden_script, SCRIPT),
        (field_script, SCRIPT),
        (annotated(Subtype=Name.Link, A=action("/JavaScript", JS=String("x"))), SCRIPT),
        (
            opening("/Launch", F=String("cmd.exe")),
            "It would start a program. Print it to a PDF and add that.",
        ),
        (opening("/ImportData", F=String("x")), "It would read another file. Print it to a PDF and add that."),
        (attachment, ATTACHED),
        (attached_note, ATTACHED),
        (
            annotated(Subtype=Name.Screen, A=action("/Rendition")),
            "It plays sound or film. Print it to a PDF and add that.",
        ),
        (form_of_programs, "It is a form that only some programs can show. Print it to a PDF and add that."),
    ],
)
def test_a_pdf_that_does_anything_is_refused_for_what_it_does(change: Callable[[pikepdf.Pdf], None], sentence: str):
    assert why_not(pdf(change), "a.pdf") == sentence


def test_a_script_that_hides_in_compressed_objects_is_found():
    content = pdf(named_script, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in content
    assert why_not(content, "a.pdf") == SCRIPT


def test_links_bookmarks_metadata_and_thumbnails_go_and_the_page_stays():
    def change(made: pikepdf.Pdf) -> None:
        annotated(Subtype=Name.Link, A=action("/URI", URI=String("https://tracker.example/Zwicky-4711")))(made)
        made.docinfo["/Author"] = MARKER.decode()
        made.Root.PieceInfo = Dictionary(App=Dictionary(Private=String(MARKER)))
        page = made.pages[0].obj
        page.Thumb = Stream(made, MARKER)
        page.Contents = Stream(made, b"0 0 m 100 100 l S")

    sent = pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    assert sent.count(MARKER) == 4
    cleaned = sandbox.clean(sent, "Diploma.PDF")
    assert (cleaned.media_type, cleaned.pages) == (MediaType.PDF, 1)
    with pikepdf.open(io.BytesIO(cleaned.content)) as kept:
        assert set(kept.Root.keys()) <= {"/Type", "/Pages", "/Version"}
        assert kept.pages[0].Contents.read_bytes() == b"0 0 m 100 100 l S"
        assert "/Thumb" not in kept.pages[0].obj
        plain = b"".join(each.unparse(resolved=True) for each in kept.objects)
    assert MARKER not in cleaned.content + plain


def test_a_pdf_is_cleaned_to_the_same_bytes_each_time():
    content = pdf(pages=2)
    assert sandbox.clean(content, "a.pdf").content == sandbox.clean(content, "a.pdf").content


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ("secret", "It is locked with a password. Save a copy without one and add that."),
        ("", "It is protected against copying or changes. Print it to a PDF and add that."),
    ],
)
def test_an_encrypted_pdf_is_refused(user: str, sentence: str):
    for revision in (2, 3, 4, 6):
        ways = {"R": revision, "aes": revision == 6, "metadata": revision == 6}
        assert why_not(pdf(encryption=pikepdf.Encryption(owner="owner", user=user, **ways)), "a.pdf") == sentence


def test_thirty_pages_are_taken_and_one_more_is_not():
    assert sandbox.clean(pdf(pages=30), "a.pdf").pages == 30
    assert why_not(pdf(pages=31), "a.pdf") == "It has 31 pages, and 30 are the most. Add the pages that matter."


def test_a_document_that_unpacks_without_end_is_stopped_at_its_limits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sandbox.SECONDS, "clean", 2)
    packed = zlib.compress(zeros(5_000), 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    content = written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream])
    assert len(content) < 50_000
    began = time.monotonic()
    sentence = why_not(content, "a.pdf")
    assert sentence.startswith("It takes too much memory or time to be read.")
    assert time.monotonic() - began < 20


def test_a_bomb_inside_a_document_is_stopped_before_an_admin_meets_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sandbox.SECONDS, "clean", 4)
    data = zeros(3_000)
    pixels = b"<</Type/XObject/Subtype/Image/Width 30000/Height 33333/ColorSpace/DeviceRGB/BitsPerComponent 8"
    image = b"%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (pixels, len(data), data)
    shown = b"<</Length 24>>stream\nq 9 0 0 9 0 0 cm /I Do Q\nendstream"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    began = time.monotonic()
    sentence = why_not(written([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, shown, image]), "a.pdf")
    # The PDF library runs out of memory in one place and calls that damage, in another and dies of it.
    assert sentence == DAMAGED_PDF or sentence.startswith("It takes too much memory or time to be read.")
    assert time.monotonic() - began < 20


def test_pages_are_drawn():
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Contents = Stream(made, b"1 0 0 rg 0 0 300 842 re f")
        made.pages[1].obj.Rotate = 90

    pages = sandbox.drawn(sandbox.clean(pdf(change, pages=2), "a.pdf").content)
    with Image.open(io.BytesIO(pages[0])) as first, Image.open(io.BytesIO(pages[1])) as second:
        assert (first.format, first.size, second.size) == ("JPEG", (1323, 1872), (1872, 1323))
        red, _, blue = first.getpixel((100, 900))
        assert (red > 240, blue < 20) == (True, True)


def test_a_poster_is_drawn_no_larger_than_a_letter_is_read():
    made = pikepdf.new()
    made.add_blank_page(page_size=(14_400, 14_400))
    out = io.BytesIO()
    made.save(out)
    (page,) = sandbox.drawn(out.getvalue())
    with Image.open(io.BytesIO(page)) as drawn:
        assert max(drawn.size) <= 2601


def test_what_cannot_be_drawn_is_refused_and_not_a_crash():
    with pytest.raises(Refused):
        sandbox.drawn(b"%PDF-1.7 nothing")
