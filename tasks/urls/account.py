"""What a person chooses about their writing, among the pages of their account."""

from django.urls import path

from tasks.views import process

urlpatterns = [
    path("writing/", process.recording, name="recording"),
    path("writing/erase/", process.forget, name="recording_forget"),
]
