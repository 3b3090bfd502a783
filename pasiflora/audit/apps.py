"""Names the app by its folder, not by its path."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """`audit` is the label that migrations and tables carry."""

    name = "pasiflora.audit"
    label = "audit"
