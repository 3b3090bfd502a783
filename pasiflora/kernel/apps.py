"""Names the app by its folder, not by its path."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Registers the template filters of the floor."""

    name = "pasiflora.kernel"
    label = "kernel"
