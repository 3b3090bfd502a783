"""Pictures of evidence: written anew, so that nothing but pixels is kept."""

import io
import struct
import time

import pytest
from PIL import Image, PngImagePlugin

from experts.evidence import sandbox
from experts.evidence.limits import MediaType
from tests.hostile_evidence import FOLLOWED, MARKER, bomb, picture, why_not


def test_an_image_bomb_is_refused_before_a_pixel_is_decoded():
    many = "It has more than 40 megapixels. Make it smaller and add that."
    content = bomb(60_000, 60_000)
    assert len(content) < 500_000
    began = time.monotonic()
    assert why_not(content, "a.png") == many
    assert why_not(picture("JPEG", (10, 10)).replace(b"\x00\x0a\x00\x0a", b"\xff\xff\xff\xff"), "a.jpg") == many
    assert time.monotonic() - began < 5
    assert sandbox.clean(bomb(8000, 5000), "a.png").pages == 1


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
