"""Hostile files of evidence: each refused with a sentence, none with harm. What is taken is written anew."""

import io
import os
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, PngImagePlugin

from experts.evidence import sandbox
from experts.evidence.limits import MOST_BYTES, MediaType
from experts.evidence.refusing import Refused
from pasiflora.env import BASE_DIR

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


DAMAGED_PDF = "It is damaged or cut off. Open it, save or print it as a PDF again, and add that."
DAMAGED_PICTURE = "It is damaged or cut off. Make the picture again and add that."
FOLLOWED = (
    "Something follows after the end of the picture, such as a moving part or another file. Save it as a plain "
    "picture (a screenshot of it will do) and add that."
)


def test_nothing_may_stand_before_or_behind_a_pdf():
    content = pdf()
    assert sandbox.clean(content + b"\r\n\n", "a.pdf").pages == 1
    behind = "Something follows after the end of the document. Print it to a PDF and add that."
    before = "Something stands before the beginning of the document. Print it to a PDF and add that."
    assert why_not(content + MARKER, "a.pdf") == behind
    assert why_not(b"\n" + content, "a.pdf") == before
    assert why_not(b"<script>alert(1)</script>" + content, "a.pdf") == before
    assert why_not(b"GIF89a" + content, "a.pdf").startswith("It is a GIF picture.")


ARCHIVE_AS_WELL = "It is an archive as well. Save it again with the program that made it and add that."


def test_a_pdf_that_is_an_archive_too_is_refused_wherever_the_archive_stands():
    assert why_not(pdf() + archive(), "a.pdf") == ARCHIVE_AS_WELL
    # In the comment of the archive, an end of a document again: both readers are content with the whole file.
    content, packed = pdf(), archive()
    tail = b"\nstartxref\n0\n%%EOF\n"
    both = content + packed[:-2] + struct.pack("<H", len(tail)) + tail
    assert zipfile.is_zipfile(io.BytesIO(both))
    assert why_not(both, "a.pdf") == ARCHIVE_AS_WELL


def test_a_picture_with_an_archive_behind_it_is_refused():
    for kind, name in (("JPEG", "a.jpg"), ("PNG", "a.png")):
        assert why_not(picture(kind) + archive(), name) == ARCHIVE_AS_WELL
        assert why_not(picture(kind) + b"Rar!\x1a\x07\x01\x00" + MARKER, name) == FOLLOWED
        assert why_not(picture(kind) + pdf(), name) == FOLLOWED


@pytest.mark.parametrize("cut", [7, 20, 200, 600])
def test_what_was_cut_off_is_refused(cut: int):
    assert why_not(pdf(pages=3)[:-cut], "a.pdf") == DAMAGED_PDF
    assert why_not(picture("PNG")[:-cut], "a.png") == DAMAGED_PICTURE
    assert why_not(picture("JPEG")[:-cut], "a.jpg") == DAMAGED_PICTURE


def test_a_flipped_byte_in_a_png_is_seen_and_random_bytes_are_no_picture():
    content = bytearray(picture("PNG"))
    content[len(content) // 2] ^= 1
    assert why_not(bytes(content), "a.png") == DAMAGED_PICTURE
    assert why_not(b"\x89PNG\r\n\x1a\n" + os.urandom(500), "a.png") == DAMAGED_PICTURE
    assert why_not(b"\xff\xd8\xff\xd9", "a.jpg") == DAMAGED_PICTURE
    assert why_not(b"%PDF-1.7\n%%EOF", "a.pdf") == DAMAGED_PDF
    assert why_not(b"%PDF-1.7\n" + os.urandom(500) + b"%%EOF", "a.pdf") == DAMAGED_PDF


HEIC = "It is a HEIC picture, as many phones take them. Save or send it as JPEG, or add a screenshot of it."


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.pdf", "It is empty."),
        (b"Hello", "a.pdf", "By its content it is neither a PDF, nor a PNG, nor a JPEG picture."),
        (b"<svg onload=alert(1)>", "a.svg", "By its content it is neither a PDF, nor a PNG, nor a JPEG picture."),
        (archive(), "a.zip", "It is an archive. Take the files out of it and add them one by one."),
        (archive(), "a.pdf", "It is an archive. Take the files out of it and add them one by one."),
        (archive(), "a.docx", "It is a Word document. Save it as PDF and add that."),
        (b"\0\0\0\x18ftypheic" + bytes(40), "IMG_1.HEIC", HEIC),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_way_out(content: bytes, name: str, sentence: str):
    assert why_not(content, name) == sentence


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.png.exe", ".png", "a.jpg", "a.PNG\u202e.pdf"])
def test_the_name_has_to_say_what_the_content_is(name: str):
    assert why_not(picture("PNG"), name) == (
        "By its content it is a PNG picture, but its name does not end in .png. Rename it and add it again."
    )


def test_endings_are_taken_in_any_case_and_spelling():
    for name in ("a.JPG", "a.b.jpeg", "A.JpE"):
        assert sandbox.clean(picture("JPEG"), name).media_type == MediaType.JPEG


def bomb(width: int, height: int) -> bytes:
    """A picture of one colour: small as a file, huge as pixels."""
    line = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", line), (b"IEND", b"")]
    body = [struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def test_an_image_bomb_is_refused_before_a_pixel_is_decoded():
    many = "It has more than 40 megapixels. Make it smaller and add that."
    content = bomb(60_000, 60_000)
    assert len(content) < 500_000
    began = time.monotonic()
    assert why_not(content, "a.png") == many
    assert why_not(picture("JPEG", (10, 10)).replace(b"\x00\x0a\x00\x0a", b"\xff\xff\xff\xff"), "a.jpg") == many
    assert time.monotonic() - began < 5
    assert sandbox.clean(bomb(8000, 5000), "a.png").pages == 1


def test_a_document_that_unpacks_without_end_is_stopped_at_its_limits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sandbox.SECONDS, "clean", 2)
    packer = zlib.compressobj(9)
    begin = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)

    packed = zlib.compress(begin + megabyte * 5_000, 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    content = written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream])
    assert len(content) < 50_000
    began = time.monotonic()
    sentence = why_not(content, "a.pdf")
    assert sentence.startswith("It takes too much memory or time to be read.")
    assert time.monotonic() - began < 20


def test_a_picture_loses_all_but_its_pixels_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = MARKER.decode()
    gps = exif.get_ifd(0x8825)
    gps[1] = "N"
    sent = picture("JPEG", (60, 40), exif=exif, comment=MARKER, icc_profile=MARKER * 9)
    assert sent.count(MARKER) >= 3
    kept = sandbox.clean(sent, "a.jpg").content
    assert MARKER not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.size, dict(shown.getexif()), shown.info.keys() & {"exif", "icc_profile", "comment"}) == (
            (40, 60), {}, set(),
        )  # fmt: skip


def test_texts_in_a_png_go_and_what_is_transparent_becomes_white():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", MARKER.decode())
    texts.add_itxt("XML:com.adobe.xmp", MARKER.decode(), zip=True)
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (255, 0, 0, 0)).save(out, "PNG", pnginfo=texts)
    kept = sandbox.clean(out.getvalue(), "a.png").content
    assert MARKER not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.mode, shown.getpixel((4, 4)), shown.info) == ("RGB", (255, 255, 255), {})


def test_sixteen_bits_of_grey_keep_their_shades():
    out = io.BytesIO()
    Image.new("I;16", (9, 9), 0x8000).save(out, "PNG")
    with Image.open(io.BytesIO(sandbox.clean(out.getvalue(), "a.png").content)) as shown:
        assert (shown.mode, shown.getpixel((4, 4))) == ("L", 128)


@pytest.mark.parametrize("mode", ["L", "CMYK", "YCbCr"])
def test_every_kind_of_jpeg_is_taken(mode: str):
    assert sandbox.clean(picture("JPEG", mode=mode, progressive=True), "a.jpg").media_type == MediaType.JPEG


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_kind_of_png_is_taken(mode: str):
    assert sandbox.clean(picture("PNG", mode=mode), "a.png").media_type == MediaType.PNG


def test_a_moving_picture_is_refused():
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert why_not(out.getvalue(), "a.png") == "It is a moving picture. Save one picture of it and add that."


def two_pictures() -> bytes:
    """As phones write them: a second picture behind the first, announced in an index."""
    frames = [Image.effect_noise(size, 50).convert("RGB") for size in ((60, 40), (30, 20))]
    out = io.BytesIO()
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    return out.getvalue()


def test_the_second_picture_of_a_phone_is_left_out_and_nothing_hides_behind_it():
    sent = two_pictures()
    kept = sandbox.clean(sent, "IMG_0001.JPG")
    assert kept.content.count(b"\xff\xd8\xff") == 1
    with Image.open(io.BytesIO(kept.content)) as shown:
        assert shown.size == (60, 40)
    assert why_not(sent + MARKER, "a.jpg") == FOLLOWED
    second = sent.index(b"\xff\xd8\xff", 10)
    assert why_not(sent[:second] + MARKER + sent[second + len(MARKER) :], "a.jpg") == FOLLOWED


def test_what_samsung_writes_behind_a_picture_is_let_be_and_a_film_is_not():
    block = b"\x00\x00\x01\x0a\x0e\x00\x00\x00Image_UTC_Data1700000000000"
    head = b"SEFH" + struct.pack("<II", 107, 1) + block[:4] + struct.pack("<II", len(block), len(block))
    trailer = block + head + struct.pack("<I", len(head)) + b"SEFT"
    assert sandbox.clean(picture("JPEG") + trailer, "a.jpg").pages == 1
    assert why_not(picture("JPEG") + bytes(range(256)) * 40 + trailer, "a.jpg") == FOLLOWED


def test_what_is_too_large_is_not_handed_on():
    assert why_not(bytes(MOST_BYTES + 1), "a.pdf").startswith("It is larger than 10 MB.")


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


LOCKED = """
import os, resource, socket, sys
from experts.evidence import child
child.lock_down(5)
tried = {}
def attempt(name, act):
    try:
        act()
    except BaseException as error:
        tried[name] = type(error).__name__
    else:
        tried[name] = "possible"
attempt("read a file", lambda: open("/etc/passwd"))
attempt("write a file", lambda: open("/tmp/x", "w"))
attempt("a socket", socket.socket)
attempt("a pipe", os.pipe)
attempt("raise the limit", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)) if os.getuid() else 1 / 0)
attempt("two gigabytes", lambda: bytearray(2 * 1024**3))
print(sorted(tried.items()), file=sys.stderr)
print(sorted(os.environ), file=sys.stderr)
"""


def test_the_process_that_reads_files_can_open_nothing_and_knows_no_secret():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    done = subprocess.run(
        [sys.executable, "-E", "-B", "-c", LOCKED],
        cwd=BASE_DIR, env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    tried, environment = done.stderr.splitlines()
    assert "possible" not in tried, tried
    assert environment == "['LC_ALL']"
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_the_process_is_started_without_our_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PASIFLORA_SECRET_KEY", "secret")
    with sandbox._child("clean", ".pdf") as child:
        environment = BASE_DIR.__class__(f"/proc/{child.pid}/environ").read_bytes()
        child.kill()
    assert environment.split(b"\0") == [b"LC_ALL=C.UTF-8", b""]


def test_an_answer_that_is_cut_off_or_nonsense_is_a_refusal():
    for answer in (b"", b"{}", b"[]\n", b'{"type": "application/pdf", "pages": 1, "parts": [5]}\nabc', b"\xff\n"):
        with pytest.raises(Refused) as refused:
            sandbox._understood("clean", answer, -9)
        assert "too much memory or time" in str(refused.value)
