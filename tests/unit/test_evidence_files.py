"""Hostile files of evidence, whatever their kind: each refused with a sentence, none with harm."""

import io
import os
import resource
import struct
import subprocess
import sys
import zipfile

import pytest

from experts.evidence import sandbox
from experts.evidence.limits import MOST_BYTES, MediaType
from experts.evidence.refusing import Refused
from pasiflora.env import BASE_DIR
from tests.hostile_evidence import DAMAGED_PDF, DAMAGED_PICTURE, FOLLOWED, MARKER, archive, pdf, picture, why_not


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


def test_what_is_too_large_is_not_handed_on():
    assert why_not(bytes(MOST_BYTES + 1), "a.pdf").startswith("It is larger than 10 MB.")


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
