"""Receiving files of evidence in memory, and an admin's reason to look at one."""

import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from experts.evidence.limits import MOST_BYTES, TOO_LARGE


class InMemory(FileUploadHandler):
    """Keeps files in memory, whatever their size: Django's own would write a large one to the disk, where the plain
    bytes of somebody's passport must never be. A file that grows past the cap is dropped where it stands."""

    chunk_size = 256 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.refused: list[str] = []
        self._kept = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._kept.tell() + len(raw_data) > MOST_BYTES:
            self._kept = io.BytesIO()
            self.refused.append(f"{self.file_name or 'A file'} was not added. {TOO_LARGE}")
            raise SkipFile
        self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, self.file_name or "", self.content_type, file_size, self.charset
        )


class ViewForm(forms.Form):
    """Why an admin looks. It is written beside the view."""

    reason = forms.CharField(label="Why you look", max_length=200, required=False)
