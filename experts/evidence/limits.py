"""What is taken as evidence, and how much of it. Told to people in these words and enforced with these numbers."""

from enum import StrEnum

MB = 1024 * 1024


class MediaType(StrEnum):
    """What a file really is. Nothing else is taken."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


SUFFIXES = {
    MediaType.PDF: (".pdf",),
    MediaType.PNG: (".png",),
    MediaType.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
}
LABELS = {MediaType.PDF: "PDF", MediaType.PNG: "PNG picture", MediaType.JPEG: "JPEG picture"}
NAMES = {kind: f"a {label}" for kind, label in LABELS.items()}

MOST_BYTES = 10 * MB
MOST_FILES = 10
MOST_PAGES = 30
MOST_PIXELS = 40_000_000
MOST_AT_ONCE = 50 * MB
"""Bytes of one request, which are held in memory."""

MOST_KEPT = 40 * MB
"""Bytes of a file after cleaning: a picture grows when it was packed more tightly than we pack."""

MOST_DRAWN = 200 * MB
"""Bytes of all pages of a file, drawn for an admin."""

SECONDS = {"clean": 15, "draw": 60}
"""Of the processor, for checking a file and for drawing its pages."""

WORDS = "PDF, PNG or JPEG; at most 10 MB a file, 10 files, 30 pages in a PDF and 40 megapixels in a picture."
TOO_LARGE = "It is larger than 10 MB. Make it smaller, by scanning with fewer dots per inch for instance."
TOO_MUCH_AT_ONCE = "Together these files are larger than 50 MB. Add them in two or more steps. Nothing was received."
TOO_MANY = "There are ten files already. Remove one to add another."
