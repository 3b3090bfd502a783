"""Everything that is held on a person: given to them, and erased so that nothing is left but the work."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.forms.models import model_to_dict
from django.test import Client

from experts.actions.application import save_profile
from experts.actions.conflicts import declare_colleague, declare_employer, record_conflict
from experts.actions.erasure import WAIT, LastAdmin, ask_erasure, take_back_erasure
from experts.actions.notices import choose
from experts.actions.pauses import pause_person, reinstate
from experts.actions.people import grant_role, revoke_role, set_account_open
from experts.actions.ruling import Ruling, rule_on_credential
from experts.actions.vouches import give_vouch
from experts.models import (
    AddressConfirmation,
    Conflict,
    Credential,
    CredentialAnswer,
    CredentialApproval,
    CredentialCheck,
    CredentialRuling,
    Erasure,
    EvidenceView,
    Qualification,
    User,
    Vouch,
)
from experts.queries.conflicts import conflicted_with
from experts.states import ConflictKind, CredentialState, NoticeKind, NoticeWay, Role, VouchState
from exports.actions.labs import add_member
from exports.states import LabRole
from pasiflora.audit.log import seal, verify
from pasiflora.audit.models import AuditEvent
from pasiflora.jobs import sweep_erasures
from pasiflora.kernel.errors import Invalid, TooLate
from pasiflora.kernel.frozen import ERASED
from pasiflora.kernel.mail import post
from pasiflora.kernel.models import OutgoingMail
from pasiflora.personal_data import HOLDINGS, forget
from reviews.actions.availability import say_availability
from reviews.actions.opening import open_response
from reviews.actions.reviewing import complete_review, hand_back, save_review, take_next_review
from reviews.models import Decision, Review
from reviews.states import HandBack, ReviewState, Verdict
from tasks.actions.claims import release_claim
from tasks.actions.drafts import save_draft
from tasks.actions.process import Paste, note_sitting, set_recording
from tasks.models import Claim, Draft, DraftVersion, LinkCheck, Revision, Submission, Task
from tasks.states import ClaimState, ReleaseReason, SubmissionState
from tests import factories
from tests.domain.test_releases import built, dataset_of, lab_with, rows_of
from tests.factories import NOON, PASSWORD, delivered, domain
from tests.factories_evidence import evidence, evidence_row, open_credential
from tests.factories_kinds import draft, request

pytestmark = pytest.mark.django_db

NAME, ADDRESS, PHONE = "Quetzalcoatlus Northropi", "quetzal@marker.example", "+43 660 5550199"
SECOND, AT_WORK, IDENTIFIER = "q.northropi@second.example", "qn@hospital.example", "0000-0009-5550-1997"
EMPLOYER = "Pterosaur Clinic"
MARKERS = (NAME, "northropi", ADDRESS, PHONE, SECOND, AT_WORK, IDENTIFIER, EMPLOYER, "pterosaur")
WORDS = f"{NAME}, {ADDRESS}, {PHONE}, {EMPLOYER}"
"""What a person might write about themselves anywhere."""
DUE = NOON + WAIT


def a_whole_life() -> tuple[User, User, User]:
    """Somebody of whom every table holds something; a friend, and an admin, who have written about them."""
    admin, friend = factories.admin(name="Ada"), factories.reviewer(name="Jan Jansen")
    user = factories.expert(name=NAME, email=ADDRESS)
    save_profile(by=user, at=NOON, name=NAME, about=WORDS, languages=["en"], domains=[domain()])
    _account(user)
    _credentials(user, admin)
    _measures(user, admin, friend)
    _vouches(user, friend)
    _work(user)
    post(to=friend.email, template="institution_code", at=NOON, code=f"Of {NAME}")
    return user, friend, admin


def _account(user: User) -> None:
    EmailAddress.objects.create(user=user, email=SECOND, verified=True)
    SocialAccount.objects.create(user=user, provider="orcid", uid=IDENTIFIER, extra_data={"name": NAME})
    Authenticator.objects.create(user=user, type="totp", data={"secret": PHONE})
    client = Client(HTTP_USER_AGENT=f"Browser of {NAME}")
    client.post("/accounts/login/", {"login": ADDRESS, "password": PASSWORD})
    Client().force_login(user)
    stranger = SessionStore()
    stranger["typed"] = {"email": ADDRESS.upper()}
    stranger.create()
    UserSession.objects.get_or_create(
        user=user, session_key="x" * 32, defaults={"ip": "192.0.2.7", "user_agent": f"Browser of {NAME}"}
    )


def _credentials(user: User, admin: User) -> None:
    asked = factories.credential(
        user, state="submitted", title=WORDS, institution=EMPLOYER, identifier=IDENTIFIER,
        link=f"https://example.org/?{ADDRESS}", statement=WORDS, details={"a": WORDS}, unsent={"b": WORDS},
    )  # fmt: skip
    CredentialAnswer.objects.create(credential=asked, body=WORDS, before={"title": WORDS}, answered_at=NOON)
    CredentialApproval.objects.create(
        credential=asked, version=1, scope=["law"], note=WORDS, approved_by=admin, approved_at=NOON
    )
    CredentialCheck.objects.create(
        credential=asked, scheme="orcid", value=IDENTIFIER, outside=False, outcome="found", said=WORDS, checked_at=NOON
    )
    AddressConfirmation.objects.create(
        credential=asked, user=user, address=AT_WORK, sent_at=NOON, confirmed_at=NOON, finding={"said": WORDS}
    )
    question = Ruling(outcome=CredentialState.NEEDS_INFORMATION, reason=f"Is {WORDS} you?")
    rule_on_credential(credential=asked, by=admin, at=NOON, ruling=question)
    row = evidence_row(asked, name=f"{NAME}.pdf")
    EvidenceView.objects.create(
        evidence=row, viewed_by=admin, reason=f"Is it {NAME}?", recipient="age1", session_digest="ab",
        asked_at=NOON, expires_at=NOON,
    )  # fmt: skip
    choose(by=user, ways={NoticeKind.PAUSED: NoticeWay.IMMEDIATE})
    Qualification.objects.filter(user=user).update(reason=f"Knows {NAME}")
    Qualification.objects.create(
        user=user, kind="reviewing", granted_by=admin, reason=WORDS, granted_at=NOON,
        revoked_at=NOON, revoked_by=admin, revoked_reason=f"{NAME} leans",
    )  # fmt: skip


def _measures(user: User, admin: User, friend: User) -> None:
    pause = pause_person(user=user, domain=None, by=admin, at=NOON, reason=f"About {WORDS}")
    reinstate(pause=pause, by=admin, at=NOON, reason=f"About {WORDS}")
    pause_person(user=user, domain=domain("law"), by=admin, at=NOON, reason=f"About {WORDS}")
    for is_open in (False, True):
        set_account_open(user=user, is_open=is_open, by=admin, at=NOON, reason=f"About {WORDS}")
    for slug in ("law", "medicine"):
        grant_role(to=user, role=Role.REVIEWER, domain=domain(slug), by=admin, at=NOON, reason=f"Asked by {NAME}")
    revoke_role(grant=user.role_grants.get(domain__slug="law"), by=admin, at=NOON, reason=f"Told {WORDS}")
    declare_employer(by=user, at=NOON, name=EMPLOYER)
    declare_employer(by=friend, at=NOON, name=EMPLOYER)
    other = factories.expert()
    declare_colleague(by=user, at=NOON, address=other.email, known=other, words=f"Brother of {NAME}")
    declare_colleague(by=user, at=NOON, address="nobody@example.org", known=None, words=WORDS[:200])
    declare_colleague(by=friend, at=NOON, address=ADDRESS, known=user, words=f"My friend {NAME}")
    declare_colleague(by=friend, at=NOON, address=SECOND, known=user, words=f"My friend {NAME}")
    record_conflict(user=other, other=user, kind=ConflictKind.DECLARED, by=admin, at=NOON, words=f"Wed {NAME}")


def _vouches(user: User, friend: User) -> None:
    own = draft(by=user, kind="vouch")
    given = request(friend, own, relationship=WORDS)
    give_vouch(vouch=given, by=friend, at=NOON, seen_of_work=f"I know {WORDS}", statement=f"Trust {NAME}")
    request(factories.expert(["law"]), own, relationship=WORDS)
    request(user, relationship=f"I worked with {NAME}")
    request(user, relationship=f"I worked with {NAME}", address=AT_WORK)
    request(user, relationship=f"I worked with {NAME}", address=SECOND, told=False)


def _work(user: User) -> None:
    project = factories.project()
    held = factories.claim(factories.task(project), user)
    save_draft(claim=held, by=user, at=NOON, body=WORDS, note=WORDS, base_version=0)
    Draft.objects.filter(claim=held).update(statements=[{"source": WORDS}], self_check={"accuracy": {"text": WORDS}})
    note_sitting(claim=held, by=user, at=NOON, key=uuid4(), counts={"typed": 9}, pastes=[Paste(1, 900, None)])
    set_recording(by=user, at=NOON, on=False)
    LinkCheck.objects.create(user=user, address=f"https://example.org/{ADDRESS}", asked_at=NOON, next_try_at=NOON)
    given_back = factories.claim(factories.task(project), user)
    release_claim(claim=given_back, by=user, at=NOON, reason=ReleaseReason.NO_TIME, note=f"Call {WORDS}")
    for _ in range(2):
        factories.submitted(factories.claim(factories.task(project)))
    back = take_next_review(by=user, at=NOON)
    say_availability(by=user, at=NOON, most_open=2)
    hand_back(review=back, by=user, at=NOON, why=HandBack.KNOWS_AUTHOR, words=f"{NAME} knows them")
    review = take_next_review(by=user, at=NOON)
    open_response(review=review, by=user, at=NOON, expectation=WORDS)
    save_review(review=review, by=user, at=NOON, fields={"comment": WORDS}, base_version=0)
    lab = lab_with(project, name="Lab of somebody else")
    add_member(lab=lab, email=user.email, role=LabRole.MEMBER, by=User.objects.get(name="Ada"), at=NOON)


def text_columns() -> list[tuple[str, str]]:
    """Every column of every table that can hold words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND "
            "(data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'inet', 'bytea')) "
            "ORDER BY 1, 2"
        )
        return list(cursor.fetchall())


def places_that_mention(*words: str) -> set[str]:
    """`table.column` of every place in the database where one of the words stands."""
    found = set()
    with connection.cursor() as cursor:
        for table, column in text_columns():
            condition = " OR ".join([f'"{column}"::text ILIKE %s'] * len(words))
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE {condition})', [f"%{word}%" for word in words]
            )
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found


def forgotten(user: User) -> Erasure:
    """Asked for, waited for, done by the sweep."""
    erasure = ask_erasure(by=user, at=NOON)
    assert forget(erasure=erasure, at=DUE)
    return erasure


def judged(by: User, *scores_and_verdict: object, comment: str) -> Review:
    """A completed review with a comment of its own."""
    judgement = factories.judgement(*scores_and_verdict, comment=comment)
    return complete_review(review=take_next_review(by=by, at=NOON), by=by, at=NOON, **judgement)


def test_the_search_finds_what_is_there_before() -> None:
    a_whole_life()
    found = places_that_mention(*MARKERS)
    erasable = {
        f"{table.model._meta.db_table}.{table.model._meta.get_field(name).column}"
        for holding in HOLDINGS
        for table in [holding.rows(User(pk=0))]
        for name in holding.erased
    }
    # Every column that is overwritten held something of this person, so that the test after has something to find.
    assert erasable - found == set()


def test_nothing_is_found_of_somebody_who_was_forgotten() -> None:
    user, friend, _ = a_whole_life()
    assert len(places_that_mention(*MARKERS)) > 40
    forgotten(user)
    delivered()
    # The friend works there too, and said so of himself.
    assert places_that_mention(*MARKERS) == {"experts_conflict.employer", "experts_conflict.words"}
    Conflict.objects.filter(user=friend, kind=ConflictKind.EMPLOYER).delete()
    assert places_that_mention(*MARKERS) == set()
    sessions = [json.dumps(session.get_decoded()).lower() for session in Session.objects.all()]
    assert [text for text in sessions if any(word.lower() in text for word in MARKERS)] == []
    assert not any(f'"_auth_user_id": "{user.pk}"' in text for text in sessions)


def test_what_they_handed_in_and_judged_stays_word_for_word() -> None:
    author = factories.expert(name=NAME, email=ADDRESS)
    task = factories.task()
    factories.submitted(factories.claim(task, author), body=f"Signed, {NAME}", note=f"Call {PHONE}")
    factories.grant(author, Role.REVIEWER, domain())
    for _ in range(2):
        factories.reviewed(factories.reviewer())
    factories.submitted(factories.claim(factories.task(task.project)))
    judged(author, (3, 3, 3, 3), Verdict.REQUEST_CHANGES, comment=f"{NAME} would say more.")
    tables = (Submission, Revision, Review, Decision, Claim)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    forgotten(author)
    delivered()
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert places_that_mention(*MARKERS) == {
        "tasks_revision.body", "tasks_revision.note", "tasks_revisionrendering.html", "reviews_review.comment",
    }  # fmt: skip


def test_a_release_after_it_says_the_same_of_the_same_rows(tmp_path, settings) -> None:
    settings.STORE_ROOT = str(tmp_path)
    submission = factories.approved()
    project = submission.task.project
    dataset = dataset_of(lab_with(project), project)
    before = rows_of(built(dataset, "1.0.0"))
    forgotten(submission.author)
    after = rows_of(built(dataset, "1.0.1"))
    assert after == before


def test_the_log_is_whole_and_holds_no_word_of_the_person() -> None:
    user, _, _ = a_whole_life()
    seal(at=NOON)
    forgotten(user)
    seal(at=DUE)
    verdict = verify()
    assert (verdict.seals, verdict.broken_at, verdict.events) == (2, None, AuditEvent.objects.count())
    last = AuditEvent.objects.get(verb="person.erased")
    assert (last.object_id, last.actor, last.data) == (user.pk, None, {})
    assert not {place for place in places_that_mention(*MARKERS) if place.startswith("audit_")}


def test_the_account_is_nobodys_and_opens_no_more() -> None:
    user, _, admin = a_whole_life()
    forgotten(user)
    user.refresh_from_db()
    assert re.fullmatch(r"erased-[0-9a-f]{32}@erased\.invalid", user.email)
    assert (str(user), user.is_active, user.has_usable_password()) == (f"Erased person {user.pk}", False, False)
    assert not EmailAddress.objects.filter(user=user).exists()
    assert not user.role_grants.filter(revoked_at=None).exists()
    with pytest.raises(Invalid, match="no account left to open"):
        set_account_open(user=user, is_open=True, by=admin, at=DUE, reason="Come back.")
    # The address is free for a new account, which is somebody else.
    assert factories.person(email=ADDRESS).pk != user.pk


def test_what_was_under_way_ends_and_makes_room_for_others() -> None:
    user, friend, _ = a_whole_life()
    held = Claim.objects.get(expert=user, state=ClaimState.ACTIVE)
    forgotten(user)
    held.refresh_from_db()
    task = Task.objects.get(pk=held.task_id)
    assert (held.state, task.free_slots) == (ClaimState.REVOKED, 1)
    assert Draft.objects.get(claim=held).body == ""
    assert not DraftVersion.objects.filter(draft__claim=held).exists()
    review = Review.objects.exclude(state=ReviewState.RECUSED).get(reviewer=user)
    assert (review.state, review.draft) == (ReviewState.EXPIRED, {})
    taken = {take_next_review(by=friend, at=DUE).revision for _ in range(2)}
    assert review.revision in taken
    states = set(Credential.objects.filter(user=user).values_list("state", flat=True))
    assert states == {CredentialState.VERIFIED, CredentialState.WITHDRAWN}
    assert not Vouch.objects.filter(state=VouchState.ASKED, applicant=user).exists()
    assert not Vouch.objects.filter(state=VouchState.ASKED, voucher=user).exists()


def test_files_are_shredded_and_their_fingerprints_stay(tmp_path, settings) -> None:
    settings.STORE_ROOT = str(tmp_path)
    user = factories.person(name=NAME)
    file = evidence(open_credential(user), name=f"{NAME}.pdf")
    other = evidence(open_credential(), name="other.pdf")
    assert sum(path.is_file() for path in tmp_path.rglob("*.age")) == 2
    forgotten(user)
    (left,) = [path for path in tmp_path.rglob("*.age") if path.is_file()]
    assert left.stem == str(other.file)
    row = type(file).objects.get(pk=file.pk)
    assert (row.file, row.name, row.kept_sha256, row.shredded_at) == (None, "", file.kept_sha256, DUE)


def test_a_revision_that_was_asked_for_is_awaited_no_more() -> None:
    author = factories.expert()
    revision = factories.submitted(factories.claim(by=author))
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    forgotten(author)
    assert Submission.objects.get(pk=revision.submission_id).state == SubmissionState.LAPSED


def test_pairs_in_conflict_stay_as_numbers_for_work_that_still_waits() -> None:
    user, friend, _ = a_whole_life()
    before = conflicted_with(user)
    assert friend.pk in before
    forgotten(user)
    assert conflicted_with(user) == before
    left = Conflict.objects.filter(user=user).values_list("employer", "words", "address_digest")
    assert set(left) == {("", "", "")}


def test_what_was_decided_stays_and_only_its_words_go() -> None:
    user, _, admin = a_whole_life()
    before = [model_to_dict(row, exclude=["reason"]) for row in CredentialRuling.objects.all()]
    forgotten(user)
    assert [model_to_dict(row, exclude=["reason"]) for row in CredentialRuling.objects.all()] == before
    assert set(CredentialRuling.objects.values_list("reason", flat=True)) == {ERASED}
    assert CredentialRuling.objects.get().ruled_by == admin


def test_the_database_takes_no_other_words_instead_of_what_was_decided() -> None:
    _, _, _ = a_whole_life()
    ruling, given = CredentialRuling.objects.all(), Vouch.objects.filter(state=VouchState.GIVEN)
    for rows, column in ((ruling, "reason"), (CredentialApproval.objects.all(), "note"), (given, "statement")):
        with pytest.raises(DatabaseError, match="never_changes"), transaction.atomic():
            rows.update(**{column: "Other."})
    with pytest.raises(DatabaseError, match="never_changes"), transaction.atomic():
        ruling.update(reason=ERASED, outcome=CredentialState.VERIFIED)
    assert ruling.update(reason=ERASED) == 1


def test_others_keep_what_is_theirs() -> None:
    user, friend, _ = a_whole_life()
    other = factories.expert(name="Pterodactyl", email="other@example.org")
    factories.credential(other, title="MD", statement="Mine.")
    mail = post(to=other.email, template="erasure_taken_back", at=NOON)
    count = {table: table.objects.exclude(user=user).count() for table in (EmailAddress, Credential)}
    forgotten(user)
    assert {table: table.objects.exclude(user=user).count() for table in count} == count
    assert OutgoingMail.objects.filter(pk=mail.pk).exists()
    assert Credential.objects.filter(user=other, statement="Mine.").exists()
    friend.refresh_from_db()
    assert friend.name == "Jan Jansen"


def test_it_waits_two_weeks_and_is_told_at_both_ends() -> None:
    user = factories.expert(email=ADDRESS)
    erasure = ask_erasure(by=user, at=NOON)
    assert ask_erasure(by=user, at=NOON + timedelta(days=1)) == erasure
    assert not forget(erasure=erasure, at=DUE - timedelta(seconds=1))
    (asked,) = delivered()
    assert (asked.to, asked.subject) == ([ADDRESS], "Your data will be erased on 26 March 2026")
    assert forget(erasure=erasure, at=DUE)
    assert not forget(erasure=erasure, at=DUE)
    told = delivered()[-1]
    assert (told.to, told.subject) == ([ADDRESS], "Your data has been erased")
    assert not OutgoingMail.objects.exists()


def test_who_takes_it_back_stays_as_they_were() -> None:
    user = factories.expert(name=NAME)
    erasure = ask_erasure(by=user, at=NOON)
    take_back_erasure(by=user, at=NOON)
    assert not forget(erasure=erasure, at=DUE)
    with pytest.raises(TooLate, match="no request"):
        take_back_erasure(by=user, at=NOON)
    user.refresh_from_db()
    assert (user.name, user.is_active) == (NAME, True)
    assert ask_erasure(by=user, at=DUE).due_at == DUE + WAIT


def test_the_last_admin_stays_until_there_is_another() -> None:
    admin = factories.admin()
    with pytest.raises(LastAdmin):
        ask_erasure(by=admin, at=NOON)
    other = factories.admin()
    first, second = ask_erasure(by=admin, at=NOON), ask_erasure(by=other, at=NOON)
    assert forget(erasure=first, at=DUE)
    with pytest.raises(LastAdmin):
        forget(erasure=second, at=DUE)
    factories.admin()
    assert forget(erasure=second, at=DUE)


def test_the_sweep_carries_out_what_is_due_and_goes_on_after_what_cannot_be(caplog) -> None:
    admin, user, later, other = factories.admin(), factories.expert(), factories.expert(), factories.admin()
    for person, at in ((admin, NOON), (user, NOON + timedelta(hours=1)), (later, NOON + timedelta(days=36500))):
        ask_erasure(by=person, at=at)
    other.role_grants.all().delete()
    sweep_erasures()
    assert [erasure.user for erasure in Erasure.objects.filter(done_at__isnull=False)] == [user]
    assert "could not be carried out" in caplog.text
