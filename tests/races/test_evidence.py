"""Files that come, go and are looked at in the same moment. Each test says who won, and what lies in the store."""

from pathlib import Path

import pytest
from django.conf import settings

from experts.actions.credentials import withdraw_credential
from experts.actions.evidence import NotOpenToEvidence, NotTaken, remove_evidence, shred_evidence
from experts.actions.evidence_views import EvidenceGone, open_evidence
from experts.models import Evidence, EvidenceView
from pasiflora.audit.models import AuditEvent
from tests import factories
from tests.factories import NOON
from tests.factories_evidence import asked, diploma, evidence, evidence_row, open_credential, photo
from tests.races.test_claims_and_decisions import at_once

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path)
    return tmp_path


def files(store: Path) -> list[str]:
    return sorted(path.name for path in store.rglob("*") if path.is_file())


def test_the_same_file_sent_twice_at_once_is_one_row_and_one_file(store: Path) -> None:
    credential = open_credential()
    first, second = at_once(lambda: evidence(credential), lambda: evidence(credential))
    assert isinstance(first, Evidence), first
    assert first == second
    assert files(store) == [f"{first.file}.age"]
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["evidence.added"]


def test_the_tenth_place_is_taken_once_and_the_other_is_told(store: Path) -> None:
    credential = open_credential()
    for n in range(9):
        evidence_row(credential, sent_sha256=str(n))
    results = at_once(lambda: evidence(credential), lambda: evidence(credential, "scan.png", photo()))
    won = [result for result in results if isinstance(result, Evidence)]
    lost = [result for result in results if isinstance(result, NotTaken)]
    assert (len(won), len(lost)) == (1, 1), results
    assert lost[0].sentence == "There are ten files already. Remove one to add another."
    assert files(store) == [f"{won[0].file}.age"]


def test_a_file_against_a_withdrawal_is_kept_only_if_it_was_first(store: Path) -> None:
    credential = open_credential()
    added, withdrawn = at_once(
        lambda: evidence(credential),
        lambda: withdraw_credential(credential=credential, by=credential.user, at=NOON),
    )
    assert not isinstance(withdrawn, Exception), withdrawn
    if isinstance(added, Evidence):
        assert files(store) == [f"{added.file}.age"]
    else:
        assert (type(added), files(store)) == (NotOpenToEvidence, [])


@pytest.mark.parametrize("round_", range(4))
def test_whoever_shreds_against_a_view_leaves_no_copy_behind(store: Path, round_: int) -> None:
    made, admin = evidence(content=diploma(3)), factories.admin()
    before = asked(made, admin)
    opened, shredded, late = at_once(
        lambda: open_evidence(view=before.view, identities=settings.EVIDENCE_IDENTITY, at=lambda: NOON),
        lambda: shred_evidence(evidence=made, at=NOON),
        lambda: asked(made, admin),
    )
    assert (opened, shredded) == (None, True)
    assert files(store) == []
    states = set(EvidenceView.objects.values_list("state", flat=True))
    assert states <= {"ended", "failed"}
    assert isinstance(late, EvidenceGone) or EvidenceView.objects.count() == 2


def test_a_file_taken_back_twice_at_once_is_gone_once(store: Path) -> None:
    made = evidence()
    remove = lambda: remove_evidence(evidence=made, by=made.credential.user, at=NOON)  # noqa: E731 -- twice the same
    first, second = at_once(remove, remove)
    assert first.removed_at == second.removed_at == NOON
    assert files(store) == []
    assert AuditEvent.objects.filter(verb="evidence.removed").count() == 1
