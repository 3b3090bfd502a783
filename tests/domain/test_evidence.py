"""Evidence from the file that is sent to the hash that is left."""

import hashlib
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from experts.actions.evidence import (
    NotOpenToEvidence,
    NotTaken,
    add_evidence,
    forget_strays,
    note_settlements,
    remove_evidence,
    shown_name,
    shred_evidence,
)
from experts.actions.evidence_views import EvidenceGone, ask_to_view, end_view, open_evidence, page_of
from experts.evidence import store
from experts.evidence.sealing import NoKey, belong_together, new_pair, seal, unseal
from experts.models import Credential, Evidence, EvidenceView
from experts.queries.evidence import due_for_shredding, evidence_for_admins, evidence_of
from experts.states import CredentialState, EvidenceViewState
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import NotYours
from tests import factories
from tests.factories import NOON
from tests.factories_evidence import MARKER, asked, diploma, evidence, open_credential, opened, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, settings) -> Callable[[], list[Path]]:
    """Every file in the store."""
    settings.STORE_ROOT = str(tmp_path)
    return lambda: sorted(path for path in tmp_path.rglob("*") if path.is_file())


def verbs(of: Evidence) -> list[str]:
    events = AuditEvent.objects.filter(object_type="evidence", object_id=of.pk)
    return list(events.order_by("pk").values_list("verb", flat=True))


def settle(of: Evidence, state: CredentialState = CredentialState.VERIFIED) -> None:
    Credential.objects.filter(pk=of.credential_id).update(state=state)


def test_a_file_is_kept_cleaned_and_sealed_and_nowhere_plain(stored, settings) -> None:
    made = evidence(content=diploma(2))
    (path,) = stored()
    assert path.name == f"{made.file}.age"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    sealed = path.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1")
    assert MARKER.encode() not in sealed
    plain = unseal(sealed, settings.EVIDENCE_IDENTITY)
    assert (made.name, made.media_type, made.pages, made.bytes) == ("diploma.pdf", "application/pdf", 2, len(plain))
    assert made.sent_sha256 == hashlib.sha256(diploma(2)).hexdigest()
    assert made.kept_sha256 == hashlib.sha256(plain).hexdigest()
    event = AuditEvent.objects.get(object_type="evidence")
    assert (event.verb, event.actor) == ("evidence.added", made.credential.user_id)
    assert event.data == {"kind": "application/pdf", "sha256": made.kept_sha256}


def test_sealing_needs_no_secret_and_without_a_key_nothing_is_taken(stored, settings) -> None:
    settings.EVIDENCE_IDENTITY = ""
    evidence()
    settings.EVIDENCE_RECIPIENT = ""
    with pytest.raises(NoKey):
        evidence()
    assert len(stored()) == 1


def test_what_is_sealed_to_two_recipients_is_opened_by_either_and_by_nobody_else() -> None:
    first, second, stranger = new_pair(), new_pair(), new_pair()
    both = f"{first.recipient} {second.recipient}"
    assert [belong_together(both, each.identity) for each in (first, second, stranger)] == [True, True, False]
    assert belong_together(first.recipient, f"{stranger.identity} {first.identity}")
    assert unseal(seal(b"x", first.recipient), first.identity) == b"x"
    assert not belong_together("", first.identity)
    assert not belong_together(first.recipient, "nonsense")


@pytest.mark.parametrize("state", [state for state in CredentialState if state not in {"draft", "needs_information"}])
def test_files_are_added_and_removed_only_while_the_person_may_change_things(state: CredentialState, stored) -> None:
    made = evidence()
    settle(made, state)
    made.credential.refresh_from_db()
    with pytest.raises(NotOpenToEvidence):
        evidence(made.credential, content=photo(), name="a.png")
    with pytest.raises(NotOpenToEvidence):
        remove_evidence(evidence=made, by=made.credential.user, at=NOON)
    assert len(stored()) == 1


def test_a_credential_that_moved_on_while_the_file_was_checked_takes_it_no_more(stored) -> None:
    stale = open_credential()
    Credential.objects.filter(pk=stale.pk).update(state=CredentialState.SUBMITTED)
    with pytest.raises(NotOpenToEvidence):
        evidence(stale)
    assert stored() == []


def test_nobody_adds_to_or_removes_from_a_credential_of_somebody_else() -> None:
    made, stranger, admin = evidence(), factories.person(), factories.admin()
    for other in (stranger, admin):
        with pytest.raises(NotYours):
            add_evidence(credential=made.credential, by=other, at=NOON, name="a.png", content=photo())
        with pytest.raises(NotYours):
            remove_evidence(evidence=made, by=other, at=NOON)


def test_the_same_file_again_is_the_same_row(stored) -> None:
    made = evidence()
    assert evidence(made.credential, name="again.pdf") == made
    assert (len(stored()), verbs(made)) == (1, ["evidence.added"])


def test_ten_files_are_the_most_and_removing_one_makes_room(stored) -> None:
    credential = open_credential()
    for n in range(10):
        evidence(credential, f"{n}.png", photo("PNG", f"#0000{n:02d}"))
    with pytest.raises(NotTaken, match="There are ten files already"):
        evidence(credential)
    remove_evidence(evidence=evidence_of(credential)[0], by=credential.user, at=NOON)
    evidence(credential)
    assert (evidence_of(credential).count(), len(stored())) == (10, 10)


def test_a_refusal_names_the_file_and_leaves_nothing(stored) -> None:
    with pytest.raises(NotTaken) as refused:
        evidence(name="diploma.png")
    assert refused.value.sentence == (
        "diploma.png was not added. By its content it is a PDF, but its name does not end in .pdf. "
        "Rename it and add it again."
    )
    assert (stored(), Evidence.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("diploma.pdf", "diploma.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\scans\\my diploma.pdf", "my diploma.pdf"),
        ("a\u202efdp.exe", "a fdp.exe"),
        ("a\x00b\r\nc.pdf", "a b c.pdf"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 115 + "….pdf"),
    ],
)
def test_names_are_shown_without_what_could_mislead(sent: str, shown: str) -> None:
    assert shown_name(sent) == shown
    assert len(shown_name(sent)) <= 120


def test_a_file_that_is_taken_back_is_gone_and_its_hash_stays(stored) -> None:
    made = evidence()
    opened(made)
    gone = remove_evidence(evidence=made, by=made.credential.user, at=NOON)
    assert stored() == []
    assert (gone.file, gone.name, gone.removed_at, gone.kept_sha256) == (None, "", NOON, made.kept_sha256)
    assert remove_evidence(evidence=made, by=made.credential.user, at=NOON).removed_at == NOON
    assert verbs(made) == ["evidence.added", "evidence.viewed", "evidence.removed"]
    assert list(evidence_of(made.credential)) == []
    with pytest.raises(EvidenceGone):
        asked(made)


def test_what_is_added_after_a_question_is_not_the_admins_until_it_is_sent() -> None:
    credential = open_credential(submitted_at=NOON)
    before = evidence(credential, at=NOON - timedelta(hours=1))
    after = evidence(credential, "a.png", photo(), at=NOON + timedelta(hours=1))
    assert list(evidence_for_admins(credential)) == [before]
    Credential.objects.filter(pk=credential.pk).update(state="submitted", submitted_at=NOON + timedelta(hours=2))
    assert list(evidence_for_admins(credential)) == [before, after]
    Credential.objects.filter(pk=credential.pk).update(state="draft")
    assert list(evidence_for_admins(credential)) == []


def test_a_view_is_opened_for_one_browser_and_logged(stored, settings) -> None:
    made, admin = evidence(content=diploma(3)), factories.admin()
    settings.EVIDENCE_IDENTITY, identity = "", settings.EVIDENCE_IDENTITY  # the web process has none
    one = ask_to_view(evidence=made, by=admin, at=NOON, session_key="session", reason=" To compare names. ")
    event = AuditEvent.objects.get(verb="evidence.viewed")
    assert (event.actor, event.object_id, event.data["view"]) == (admin.pk, made.pk, one.view.pk)
    assert (one.view.reason, one.view.expires_at) == ("To compare names.", NOON + timedelta(minutes=5))
    open_evidence(view=one.view, identities=identity, at=lambda: NOON)
    one.view.refresh_from_db()
    assert (one.view.state, one.view.pages) == (EvidenceViewState.READY, 3)
    page = page_of(one.view, 3, identity=one.identity)
    assert page is not None
    assert page.startswith(b"\xff\xd8\xff")
    assert [page_of(one.view, n, identity=one.identity) for n in (0, 4)] == [None, None]
    for other in (new_pair().identity, identity, "", "nonsense"):
        assert page_of(one.view, 1, identity=other) is None
    assert one.identity not in str(list(EvidenceView.objects.values())) + str(list(AuditEvent.objects.values()))
    assert len(stored()) == 4
    assert not [path for path in stored() if not path.read_bytes().startswith(b"age-encryption.org/v1")]


def test_a_picture_is_opened_as_it_was_kept(settings) -> None:
    for kind, name in (("PNG", "a.png"), ("JPEG", "a.jpg")):
        made = evidence(name=name, content=photo(kind))
        one = opened(made)
        assert page_of(one.view, 1, identity=one.identity) == unseal(store.read(made.file), settings.EVIDENCE_IDENTITY)


def test_only_admins_look_and_never_at_their_own() -> None:
    made = evidence()
    factories.grant(made.credential.user, "admin")
    for somebody in (made.credential.user, factories.expert(), factories.reviewer(), factories.person()):
        with pytest.raises(NotYours):
            asked(made, somebody)
    assert EvidenceView.objects.count() == 0


@pytest.mark.parametrize(
    ("spoil", "failure"),
    [
        (lambda made, settings: setattr(settings, "EVIDENCE_IDENTITY", ""), "The worker has no key to open it with"),
        (lambda made, settings: setattr(settings, "EVIDENCE_IDENTITY", new_pair().identity), "It is damaged, or was"),
        (lambda made, settings: store.destroy(made.file), "It is not in the store."),
        (
            lambda made, settings: store._write(store._kept(made.file), seal(b"other", settings.EVIDENCE_RECIPIENT)),
            "It is not the file that was kept: its hash is another.",
        ),
        (lambda made, settings: store._write(store._kept(made.file), b"nonsense"), "It is damaged, or was sealed to"),
    ],
)
def test_what_cannot_be_opened_says_why(spoil: Callable, failure: str, settings) -> None:
    made = evidence()
    spoil(made, settings)
    view = opened(made).view
    assert view.state == EvidenceViewState.FAILED
    assert view.failure.startswith(failure)


def test_a_pdf_that_cannot_be_drawn_is_a_failure_in_words(settings) -> None:
    made, broken = evidence(), b"%PDF-1.7 broken"
    store._write(store._kept(made.file), seal(broken, settings.EVIDENCE_RECIPIENT))
    Evidence.objects.filter(pk=made.pk).update(kept_sha256=hashlib.sha256(broken).hexdigest())
    assert opened(made).view.failure == "Its pages could not be drawn. Ask the person for a simpler file."


def test_opening_twice_is_the_same_and_opening_late_is_nothing(stored, settings) -> None:
    one = opened(evidence())
    open_evidence(view=one.view, identities=settings.EVIDENCE_IDENTITY, at=lambda: NOON)
    assert EvidenceView.objects.get().attempt == 1
    late = asked(one.view.evidence)
    open_evidence(view=late.view, identities=settings.EVIDENCE_IDENTITY, at=lambda: NOON + timedelta(minutes=5))
    late.view.refresh_from_db()
    assert (late.view.state, len(stored())) == (EvidenceViewState.ASKED, 2)


def test_a_view_that_ended_while_it_was_opened_leaves_nothing(stored, settings) -> None:
    one = asked(evidence())

    def in_the_middle():
        """Asked first when the work begins, and again when it is done: by then the admin has closed the page."""
        if stored()[-1].parent.name == str(one.view.link):
            end_view(view=one.view, at=NOON)
        return NOON

    open_evidence(view=one.view, identities=settings.EVIDENCE_IDENTITY, at=in_the_middle)
    assert EvidenceView.objects.get().state == EvidenceViewState.ENDED
    assert len(stored()) == 1


def test_a_view_that_never_ends_is_given_up(settings) -> None:
    one = asked(evidence())
    EvidenceView.objects.update(attempt=3)
    open_evidence(view=one.view, identities=settings.EVIDENCE_IDENTITY, at=lambda: NOON)
    assert EvidenceView.objects.get().failure.startswith("It was tried three times")


def test_closing_removes_the_copy_and_keeps_the_file(stored) -> None:
    one = opened(evidence())
    assert len(stored()) == 2
    assert end_view(view=one.view, at=NOON) is True
    assert end_view(view=one.view, at=NOON) is False
    assert [path.parent.name for path in stored()] == ["evidence"]
    assert page_of(one.view, 1, identity=one.identity) is None


@pytest.mark.parametrize("state", ["verified", "declined", "revoked", "withdrawn", "expired"])
def test_files_are_shredded_thirty_days_after_the_decision(state: str, stored) -> None:
    made = evidence()
    settle(made, CredentialState(state))
    assert note_settlements(at=NOON) == 1
    assert note_settlements(at=NOON + timedelta(days=1)) == 0
    assert list(due_for_shredding(NOON + timedelta(days=29))) == []
    later = NOON + timedelta(days=30)
    assert list(due_for_shredding(later)) == [made]
    one = opened(made, at=later)
    assert shred_evidence(evidence=made, at=later) is True
    assert shred_evidence(evidence=made, at=later) is False
    made.refresh_from_db()
    assert (stored(), made.file, made.name, made.shredded_at) == ([], None, "", later)
    assert made.sent_sha256 == hashlib.sha256(diploma()).hexdigest()
    assert page_of(one.view, 1, identity=one.identity) is None
    assert EvidenceView.objects.get().state == EvidenceViewState.ENDED
    assert verbs(made) == ["evidence.added", "evidence.viewed", "evidence.shredded"]
    assert AuditEvent.objects.get(verb="evidence.shredded").data == {"sha256": made.kept_sha256}
    assert list(due_for_shredding(later)) == []


@pytest.mark.parametrize("state", ["draft", "submitted", "needs_information"])
def test_what_is_not_settled_is_kept(state: str) -> None:
    settle(evidence(), CredentialState(state))
    assert note_settlements(at=NOON) == 0
    assert list(due_for_shredding(NOON + timedelta(days=3650))) == []


def test_what_is_open_again_begins_its_grace_anew() -> None:
    made = evidence()
    settle(made, CredentialState.DECLINED)
    note_settlements(at=NOON)
    settle(made, CredentialState.SUBMITTED)
    note_settlements(at=NOON + timedelta(days=10))
    settle(made, CredentialState.DECLINED)
    note_settlements(at=NOON + timedelta(days=20))
    assert list(due_for_shredding(NOON + timedelta(days=49))) == []
    assert list(due_for_shredding(NOON + timedelta(days=50))) == [made]


def test_a_crash_between_the_file_and_its_row_is_mended_by_the_next_run(stored) -> None:
    made = evidence()
    settle(made)

    @transaction.atomic
    def killed_before_the_commit() -> None:
        shred_evidence(evidence=made, at=NOON)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed_before_the_commit()
    made.refresh_from_db()
    assert (stored(), made.shredded_at) == ([], None)
    assert shred_evidence(evidence=made, at=NOON) is True
    assert verbs(made) == ["evidence.added", "evidence.shredded"]


def test_files_that_no_row_names_go_after_an_hour(stored) -> None:
    made = evidence()
    one = opened(made)
    store.keep(b"an upload that was cut off before its row")
    store.keep_opened(uuid4(), [b"a view that ended while it was written"])
    (store.kept_folder() / "partial-x.age").write_bytes(b"cut off in the middle")
    (store.kept_folder() / "notes.txt").write_bytes(b"not ours")
    at = datetime.now(UTC)
    assert forget_strays(at=at + timedelta(minutes=59)) == 0
    assert forget_strays(at=at + timedelta(minutes=61)) == 2
    names = {path.name for path in stored()}
    assert names == {f"{made.file}.age", "notes.txt", "1.age"}
    assert {path.parent.name for path in stored()} == {"evidence", str(one.view.link)}


def test_the_files_of_a_case_and_who_saw_them_take_two_queries() -> None:
    credential = open_credential(submitted_at=NOON + timedelta(hours=1))
    for n in range(3):
        made = evidence(credential, f"{n}.png", photo("PNG", f"#0000{n:02d}"))
        for _ in range(2):
            asked(made)
    with CaptureQueriesContext(connection) as captured:
        seen = [[view.viewed_by.name for view in file.views.all()] for file in evidence_for_admins(credential)]
    assert ([len(each) for each in seen], len(captured)) == ([2, 2, 2], 2)
