"""A pair of keys for evidence."""

from typing import Any

from django.core.management.base import BaseCommand

from experts.evidence.sealing import new_pair


class Command(BaseCommand):
    """`manage.py make_evidence_key`: prints a fresh pair as two lines of an environment file."""

    help = "Print a pair of keys for evidence: the recipient for every process, the identity for workers alone."

    def handle(self, *args: Any, **options: Any) -> None:
        pair = new_pair()
        self.stdout.write(f"PASIFLORA_EVIDENCE_RECIPIENT={pair.recipient}")
        self.stdout.write(f"PASIFLORA_EVIDENCE_IDENTITY={pair.identity}")
        self.stderr.write("The second line is for workers alone. Keep a copy in a safe: without it no file opens.")
