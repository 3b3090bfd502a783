"""Every address of the product, and what each kind of person gets there. An address without a row fails."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from experts.forms.notices import GROUPS
from tasks.models import Project, Rubric
from tests import factories, training
from tests.factories import PASSWORD
from tests.guards.world import World, addresses, drain, signed_in

pytestmark = pytest.mark.django_db

PUBLIC = {"home", "healthz", "readyz", "api_schema"}
LOGIN, OK, GONE, NOT_YOURS, WRONG_WAY = 302, 200, 404, 403, 405
EVERYBODY = (
    "plain", "author", "other", "reader", "second", "far_reader", "judge", "far_judge", "admin", "member", "stranger",
)  # fmt: skip


def only(*entitled: str, others: int = GONE) -> dict[str, int]:
    return {who: OK if who in entitled else others for who in EVERYBODY}


ADMIN, MEMBER, ALL = only("admin"), only("member"), only(*EVERYBODY)

# Who gets what when reading. None: the address takes no reading at all (405 for everybody).
READING: dict[str, dict[str, int] | None] = {
    "signed_in": ALL, "write_board": ALL, "task": ALL, "submissions": ALL, "credentials": ALL, "credential_new": ALL,
    "credential": only("author"), "vouches": ALL, "vouch": only("judge"),
    "application": ALL, "profile": ALL, "agreement": ALL, "desk_agreement": ADMIN, "domains": ADMIN, "domain": ADMIN,
    "notices": ALL, "notices_settings": ALL,
    "gates": only(),  # without a task or a domain there is nothing to say
    "training": ALL, "training_module": ALL, "training_desk": ADMIN, "training_source": ADMIN,
    "training_file": ADMIN, "person_training": ADMIN, "reviewers_test": ALL,
    "exam": only("author"), "exam_result": only("author"), "conflicts": ALL,
    "desk": only("author"), "submission": only("author"),
    "draft_now": only("author"), "draft_statements": only("author"), "draft_check": only("author"),
    "draft_links": only("author"),
    "draft_versions": only("author"), "draft_version": only("author"),
    "recording": ALL,
    "review_queue": only("reader", "second", "far_reader", others=NOT_YOURS), "review": only("reader"),
    "review_craft": only("reader", "second", "far_reader", others=NOT_YOURS),
    "adjudication_list": only("judge", "far_judge", others=NOT_YOURS), "case": only("judge"),
    "submission_changes": only("author"), "appeal_ask": only("author"), "appeal": only("judge"),
    "desk_home": ADMIN, "desk_credentials": ADMIN, "desk_credential": ADMIN, "people": ADMIN, "person": ADMIN,
    "conflicted_reviews": ADMIN, "readers": ADMIN,
    "projects": ADMIN, "project_new": ADMIN, "project": ADMIN, "project_settings": ADMIN, "project_tasks": ADMIN,
    "tasks_set_aside": ADMIN, "desk_task": ADMIN,
    "import_upload": ADMIN, "import": ADMIN, "import_problems": ADMIN, "labs": ADMIN, "lab": ADMIN,
    "lab_home": only("member", "stranger", others=NOT_YOURS),
    "dataset_new": MEMBER, "tokens": MEMBER, "dataset": MEMBER, "dataset_edit": MEMBER, "release": MEMBER,
    "release_file": MEMBER,
    # A view is its own admin's and session's alone: tests/pages/test_evidence.py reads it as that.
    "evidence_view": only(), "evidence_page": only(),
    **dict.fromkeys((
        "evidence_add", "evidence_remove", "evidence_ask", "evidence_end",
        "notices_seen",
        "claim_next", "task_claim", "preview", "draft_save", "claim_release", "draft_submit", "review_next",
        "draft_restore", "draft_process", "recording_forget", "draft_statement_add", "draft_statement_remove",
        "draft_check_submit", "draft_links_ask",
        "review_open", "review_save", "review_complete", "review_hand_back", "case_rule", "desk_credential_rule",
        "comment_reply", "reading_helped", "appeal_answer", "review_availability",
        "desk_credential_presence", "exam_begin", "reviewers_begin", "qualification_grant", "qualification_revoke",
        "conflict_colleague", "conflict_employer", "conflict_left", "person_pause", "person_pause_end",
        "person_conflict", "person_conflict_end",
        "credential_withdraw", "credential_send", "credential_code", "credential_confirm", "credential_vouch",
        "credential_vouch_take_back", "vouch_refuse", "person_grant",
        "person_revoke", "person_account", "project_guideline", "project_claims", "import_confirm", "import_retry",
        "desk_task_look", "release_ask", "release_again",
        "token_revoke", "lab_member_add", "lab_member_remove", "lab_commission")),
}  # fmt: skip

# Who is refused when acting on what is somebody else's; the entitled are tested where the action is.
ACTING: dict[str, dict[str, int]] = {
    **dict.fromkeys(("draft_statement_add", "draft_statement_remove", "draft_check_submit", "draft_links_ask"),
        only("author")),
    **dict.fromkeys(("draft_save", "draft_restore", "draft_process", "claim_release", "draft_submit"), only("author")),
    **dict.fromkeys(("review_open", "review_save", "review_complete", "review_hand_back"), only("reader")),
    **dict.fromkeys(("person_pause", "person_pause_end", "person_conflict", "person_conflict_end"), ADMIN),
    "conflict_left": only("author"),
    **dict.fromkeys((
        "credential", "credential_send", "credential_withdraw", "credential_code", "credential_confirm",
        "credential_vouch", "credential_vouch_take_back"), only("author")),
    **dict.fromkeys(("vouch", "vouch_refuse"), only("judge")),
    "exam": only("author"),
    **dict.fromkeys(("review_next", "review_availability"), only("reader", "second", "far_reader", others=NOT_YOURS)),
    "case_rule": only("judge"), "appeal_answer": only("judge"),
    "comment_reply": only("author"), "reading_helped": only("author"), "appeal_ask": only("author"),
    "evidence_add": only("author"), "evidence_remove": only("author"), "evidence_ask": ADMIN, "evidence_end": only(),
    **dict.fromkeys((
        "desk_credential_rule", "person_grant", "person_revoke", "person_account", "project_guideline", "project_new",
        "desk_agreement", "domains", "domain", "desk_credential_presence", "training_desk", "qualification_grant",
        "qualification_revoke",
        "project_settings", "project_claims", "import_upload", "import_confirm", "import_retry", "labs",
        "desk_task_look", "lab_member_add", "lab_member_remove", "lab_commission"), ADMIN),
    **dict.fromkeys(("release_ask", "release_again", "token_revoke", "dataset_new", "dataset_edit", "tokens"), MEMBER),
}  # fmt: skip
API = ("api_datasets", "api_releases", "api_release", "api_release_file")
API_ACTIONS = {"api_release_request"}

# What anybody may post to, for what it does is their own or refused in a sentence.
OPEN_TO_ALL = {
    "notices_seen",
    "notices_settings",
    "claim_next",
    "reviewers_begin",
    "recording",
    "recording_forget",
    "task_claim",
    "preview",
    "credential_new",
    "profile",
    "agreement",
    "exam_begin",
    "conflict_colleague",
    "conflict_employer",
}

# allauth's pages: what a stranger gets, and what somebody signed in gets.
ACCOUNTS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("account_login", "account_signup", "account_request_login_code"), (200, 302)),
    **dict.fromkeys((
        "account_inactive", "account_email_verification_sent", "account_reset_password", "account_reset_password_done",
        "account_reset_password_from_key", "account_reset_password_from_key_done", "account_confirm_email",
    ), (200, 200)),
    **dict.fromkeys((
        "account_logout", "account_email", "account_change_password", "account_reauthenticate", "account", "mfa_index",
        "second_factor", "usersessions_list", "socialaccount_connections", "mfa_list_webauthn"), (302, 200)),
    # One's own data: the password again before reading it; staying asks for nothing.
    "my_data": (302, 302),
    **dict.fromkeys(("my_data_download", "my_data_erase", "my_data_stay"), (302, 405)),
    **dict.fromkeys(("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"), (302, 404)),
    # Changing the second factor asks for the password again; those who have none yet are sent to set one up.
    **dict.fromkeys((
        "mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"), (302, 302)),
    # Whoever holds a mail can stop mail like it; a key that is not ours opens nothing.
    "notices_stop": (404, 404),
    # Half a sign-in: they lead back to its start when there is none.
    **dict.fromkeys(("mfa_authenticate", "mfa_login_webauthn", "socialaccount_signup"), (302, 302)),
    # What another account sends people to and from: a page that asks first, and a refusal of what nobody began.
    **dict.fromkeys(("orcid_login", "google_login", "github_login"), (200, 200)),
    **dict.fromkeys(("orcid_callback", "google_callback", "github_callback"), (401, 401)),
    "openid_connect_login": (200, 200),
    "openid_connect_callback": (401, 401),
    "google_login_by_token": (401, 401),
    "socialaccount_login_cancelled": (200, 200),
    "socialaccount_login_error": (401, 401),
    # Everybody has a password, and nobody signs in by code: both lead elsewhere.
    **dict.fromkeys(("account_set_password", "account_confirm_login_code"), (302, 302)),
}  # fmt: skip
KEYS = {
    "notices_stop": {"key": "no-such"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "no-such"},
    "account_confirm_email": {"key": "no-such"},
    "mfa_remove_webauthn": {"pk": 1},
    "openid_connect_login": {"provider_id": "oidc"},
    "openid_connect_callback": {"provider_id": "oidc"},
    "mfa_edit_webauthn": {"pk": 1},
}

KEY = str(UUID(int=7))
WAYS = {kind: "off" for _, kinds in GROUPS.values() for kind in kinds}
CLAIM = {"title": "MD", "institution": "Examples", "field": "Medicine", "year": "2004", "link": "example.org"}
WORK = {"title": "Chief", "institution": "Ward", "since": "2004", "email": "chief@hospital.example"}
ASKING = {"experience": "Wards.", "voucher": "ada@hospital.example", "relationship": "The same ward."}
SAYING = {"seen_of_work": "The same ward.", "statement": "Sound.", "partial": "on"}
BARS = {f"bar_{key}": "4" for key in ("accuracy", "nuance", "calibration", "clarity")}
SCORES = dict.fromkeys(("accuracy", "nuance", "calibration", "clarity"), "4")
JSON = {"content_type": "application/json"}
STATEMENT = {"quote": "Begun", "source_kind": "own", "certainty": "95", "base_version": "1"}


def doing(world: World) -> dict[str, tuple[str, dict[str, Any], dict[str, Any], int, str]]:
    """For each act: who is entitled, what they send, how; and the status and the address (a pattern) they get."""
    medicine = str(factories.domain().pk)
    project = {
        "name": "Renamed", "rubric": str(Rubric.objects.get().pk), "licence": "MIT", "overlap": "1",
        **BARS, "minutes": "1", "pay_cents": "0",
        "currency": "EUR", "lease_minutes": "60", "lease_cap_minutes": "90",
    }  # fmt: skip
    commissioned = str(Project.objects.get(slug=world.ids["project"]["slug"]).pk)
    file = SimpleUploadedFile("tasks.jsonl", b'{"instruction": "Why?"}')
    response = {"body": "Because.", "note": "", "base_version": 1}
    # fmt: off
    return {
        "claim_next": ("author", {}, {}, 302, r"/write/$"),
        "task_claim": ("author", {}, {}, 302, rf"{world.url('desk')}$"),
        "preview": ("plain", {"body": "*a*"}, JSON, 200, ""),
        "draft_save": ("author", response, JSON, 200, ""),
        "draft_process": ("author", {"sitting": KEY, "counts": {"typed": 3}}, JSON, 200, ""),
        "recording": ("plain", {"recording": "off"}, {}, 302, r"/account/writing/$"),
        "recording_forget": ("plain", {}, {}, 302, r"/account/writing/$"),
        "draft_check_submit": (
            "author", {"base_version": "1", "key": KEY, "accuracy": "4"}, {}, 302, r"/write/submissions/\d+/$"),
        "draft_links_ask": ("author", {}, {}, 302, rf"{world.url('draft_check')}$"),
        "draft_statement_add": ("author", STATEMENT, {}, 302, r"/write/claims/\d+/statements/$"),
        "draft_statement_remove": ("author", {"base_version": "1"}, {}, 302, r"/write/claims/\d+/statements/$"),
        "draft_restore": ("author", {"base_version": "1"}, {}, 302, rf"{world.url('desk')}$"),
        "claim_release": ("author", {"reason": "no_time"}, {}, 302, r"/write/$"),
        "draft_submit": ("author", response | {"key": KEY}, {}, 302, r"/write/submissions/\d+/$"),
        "review_next": ("far_reader", {}, {}, 302, r"/review/$"),
        "review_availability": ("far_reader", {"most_open": "2"}, {}, 302, r"/review/$"),
        "review_open": ("reader", {"expectation": "A proof."}, {}, 302, rf"{world.url('review')}$"),
        "review_save": ("reader", {"fields": {"comment": "Half"}, "base_version": 0}, JSON, 200, ""),
        "review_complete": ("reader", SCORES | {"verdict": "approve"}, {}, 302, r"/review/$"),
        "review_hand_back": ("reader", {"back-why": "no_time"}, {}, 302, r"/review/$"),
        "case_rule": ("judge", {"outcome": "approved", "rationale": "Right."}, {}, 302, r"/adjudicate/$"),
        "appeal_answer": ("judge", {"outcome": "upheld", "rationale": "Right."}, {}, 302, r"/adjudicate/$"),
        "appeal_ask": ("author", {"quotes": ["decision"], "text": "Why."}, {}, 302, r"/write/submissions/\d+/$"),
        "comment_reply": ("author", {"body": "Mended."}, {}, 302, r"/write/submissions/\d+/#comment-\d+$"),
        "reading_helped": (
            "author", {"deed": "helped"}, {}, 302, r"/write/submissions/\d+/#helped-1$"),
        "credential_new": ("plain", {"kind": "degree"}, {}, 302, r"/apply/\d+/$"),
        "credential": ("author", CLAIM | {"domains": [medicine]}, {}, 302, rf"{world.url('credential')}$"),
        "credential_send": ("author", CLAIM | {"domains": [medicine], "body": "2004."}, {}, 302, r"/apply/$"),
        "profile": ("plain", {"name": "P"}, {}, 302, r"/application/$"),
        "agreement": ("plain", {"number": "1", "name": "P"}, {}, 302, r"/application/$"),
        "desk_agreement": ("admin", {"after": "1", "body": "New.", "changes": "All.", "publish": "yes"}, {}, 302,
                           r"/desk/agreement/$"),
        "exam_begin": ("plain", {}, {}, 302, r"/train/exams/\d+/$"),
        "exam": ("author", {"keep": "yes"}, {}, 302, rf"{world.url('exam')}$"),
        "notices_seen": ("plain", {}, {}, 302, r"/notices/$"),
        "notices_settings": ("plain", WAYS, {}, 302, r"/notices/settings/$"),
        "reviewers_begin": ("author", {}, {}, 302, r"/train/exams/\d+/$"),
        "qualification_grant": ("admin", {"kind": "writing", "reason": "Taught it."}, {}, 302,
                                r"/desk/people/\d+/training/$"),
        "qualification_revoke": ("admin", {"reason": "Alarms."}, {}, 302, r"/desk/people/\d+/training/$"),
        "training_desk": ("admin", {"body": training.text_of("accuracy", ("accuracy",), scores=4, finds=2)}, {}, 200,
                          ""),
        "domains": ("admin", {"name": "Geology"}, {}, 302, r"/desk/domains/$"),
        "domain": ("admin", {"name": "Physic"}, {}, 302, r"/desk/domains/$"),
        "desk_credential_presence": ("admin", {}, {}, 200, ""),
        "evidence_add": ("author", {}, {}, 302, r"/apply/\d+/$"),
        "evidence_remove": ("author", {}, {}, 302, r"/apply/\d+/$"),
        "evidence_ask": ("admin", {}, {}, 302, rf"{world.url('evidence_ask')}[\w-]+/$"),
        "evidence_end": ("admin", {}, {}, 404, ""),  # another session of the same admin
        "credential_withdraw": ("author", {}, {}, 302, r"/apply/$"),
        "credential_code": ("author", WORK, {}, 302, r"/apply/\d+/#proof$"),
        "credential_confirm": ("author", WORK | {"code": "123456"}, {}, 422, ""),
        "credential_vouch": ("author", ASKING, {}, 302, r"/apply/\d+/$"),
        "credential_vouch_take_back": ("author", {}, {}, 302, r"/apply/\d+/$"),
        "vouch": ("judge", SAYING, {}, 302, r"/vouches/$"),
        "vouch_refuse": ("judge", {"refusal": "unknown"}, {}, 302, r"/vouches/$"),
        "desk_credential_rule": ("admin", {"outcome": "declined", "reason": "No."}, {}, 302, r"/desk/credentials/$"),
        "person_grant": ("admin", {"role": "reviewer", "domains": [medicine]}, {}, 302, rf"{world.url('person')}$"),
        "person_revoke": ("admin", {"reason": "Left."}, {}, 302, r"/desk/people/\d+/$"),
        "conflict_colleague": ("plain", {"address": "a@b.example", "words": "X"}, {}, 302, r"/apply/conflicts/$"),
        "conflict_employer": ("plain", {"name": "Employer"}, {}, 302, r"/apply/conflicts/$"),
        "conflict_left": ("author", {}, {}, 302, r"/apply/conflicts/$"),
        "person_pause": ("admin", {"reason": "Why."}, {}, 302, rf"{world.url('person')}$"),
        "person_pause_end": ("admin", {"reason": "Why."}, {}, 302, r"/desk/people/\d+/$"),
        "person_conflict": ("admin", {"employer": "Employer"}, {}, 302, rf"{world.url('person')}$"),
        "person_conflict_end": ("admin", {"reason": "Why."}, {}, 302, r"/desk/people/\d+/$"),
        "person_account": ("admin", {"open": "no", "reason": "Asked."}, {}, 302, rf"{world.url('person')}$"),
        "project_new": ("admin", project | {"body": "Write."}, {}, 302, r"/desk/projects/renamed/$"),
        "project_settings": ("admin", project, {}, 302, rf"{world.url('project')}$"),
        "project_guideline": ("admin", {"body": "Write more."}, {}, 302, rf"{world.url('project')}$"),
        "import_upload": ("admin", {"file": file, "domain": medicine}, {}, 302, r"/desk/imports/\d+/$"),
        "import_confirm": ("admin", {}, {}, 302, rf"{world.url('import')}$"),
        "import_retry": ("admin", {}, {}, 302, rf"{world.url('import')}$"),
        "project_claims": ("admin", {"open": "no"}, {}, 302, rf"{world.url('project')}$"),
        "desk_task_look": ("admin", {"outcome": "withdrawn", "reason": "Asked twice."}, {}, 302,
                           rf"{world.url('desk_task')}$"),
        "labs": ("admin", {"name": "New Lab"}, {}, 302, r"/desk/labs/new-lab/$"),
        "lab_member_add": ("admin", {"email": world.people["plain"].email, "role": "member"}, {}, 302,
                           rf"{world.url('lab')}$"),
        "lab_member_remove": ("admin", {}, {}, 302, rf"{world.url('lab')}$"),
        "lab_commission": ("admin", {"projects": [commissioned]}, {}, 302, rf"{world.url('lab')}$"),
        "dataset_new": ("member", {"name": "Second", "projects": [commissioned], **BARS}, {}, 302,
                        r"/lab/datasets/\d+/$"),
        "dataset_edit": ("member", {"name": "First", "projects": [commissioned], **BARS}, {}, 302,
                         rf"{world.url('dataset')}$"),
        "tokens": ("member", {"name": "ci", "days": "9"}, {}, 200, ""),
        "release_ask": ("member", {"version": "1.1.0"}, {}, 302, r"/lab/releases/\d+/$"),
        "release_again": ("member", {}, {}, 409, ""),
        "token_revoke": ("member", {}, {}, 302, rf"{world.url('tokens')}$"),
    }
    # fmt: on


def test_every_address_has_a_row() -> None:
    assert set(addresses()) == {*PUBLIC, *READING, *API, *API_ACTIONS, *ACCOUNTS}


def test_every_act_has_somebody_entitled(world: World) -> None:
    assert set(doing(world)) == {*ACTING, *OPEN_TO_ALL}
    assert {name for name, readers in READING.items() if readers is None} <= set(doing(world))


def test_what_is_public_needs_nobody(client: Client, world: World) -> None:
    assert {name: client.get(reverse(name)).status_code for name in PUBLIC - {"readyz"}} == dict.fromkeys(
        PUBLIC - {"readyz"}, OK
    )


def test_account_pages_know_strangers_from_people(client: Client, world: World) -> None:
    known = Client()
    known.post(reverse("account_login"), {"login": world.people["plain"].email, "password": PASSWORD})
    got = {}
    for name in ACCOUNTS:
        url = reverse(name, kwargs=KEYS.get(name))
        got[name] = (client.get(url).status_code, known.get(url).status_code)
    assert got == ACCOUNTS


def test_everything_else_sends_a_stranger_to_sign_in(client: Client, world: World) -> None:
    for name in READING:
        url = world.url(name)
        for answer in (client.get(url), client.post(url), client.post(url, "{}", content_type="application/json")):
            assert answer.status_code == LOGIN, name
            assert answer["Location"].startswith("/accounts/login/"), name


def test_who_may_read_what(world: World) -> None:
    wrong = {}
    for who, person in world.people.items():
        client = signed_in(person)
        for name, expected in READING.items():
            answer = client.get(world.url(name))
            drain(answer)
            due = WRONG_WAY if expected is None else expected[who]
            if answer.status_code != due:
                wrong[f"{who} reads {name}"] = (answer.status_code, due)
    assert wrong == {}


def test_who_may_not_act_on_what(world: World) -> None:
    acts, wrong = doing(world), {}
    for who, person in world.people.items():
        client = signed_in(person)
        for name, expected in ACTING.items():
            if expected[who] == OK:
                continue
            _, sent, how, _, _ = acts[name]
            # A file that was read once is empty the second time; the refusal must not depend on it.
            answer = client.post(world.url(name), {} if "file" in sent else sent, **how)
            if answer.status_code != expected[who]:
                wrong[f"{who} acts on {name}"] = (answer.status_code, expected[who])
    assert wrong == {}


def test_whoever_is_entitled_can_act(world: World) -> None:
    browsers = {who: signed_in(person) for who, person in world.people.items()}
    wrong = {}
    for name, (who, sent, how, status, address) in doing(world).items():
        with transaction.atomic():
            answer = browsers[who].post(world.url(name), sent, **how)
            transaction.set_rollback(True)
        found = answer.headers.get("Location", "")
        if answer.status_code != status or not re.match(address, found):
            wrong[f"{who} acts on {name}"] = (answer.status_code, status, found, address)
    assert wrong == {}


def test_a_page_that_only_shows_takes_no_post_and_an_act_no_other_method(world: World) -> None:
    shows = {name for name, readers in READING.items() if readers is not None} - set(ACTING) - OPEN_TO_ALL
    wrong = {}
    for who, person in world.people.items():
        client = signed_in(person)
        got = {name: client.post(world.url(name)).status_code for name in shows}
        got |= {f"PUT {name}": client.put(world.url(name)).status_code for name in READING}
        got |= {f"DELETE {name}": client.delete(world.url(name)).status_code for name in READING}
        wrong |= {f"{who}: {name}": status for name, status in got.items() if status != WRONG_WAY}
    assert wrong == {}


def status(client: Client, name: str, world: World, headers: dict[str, str]) -> int:
    answer = client.get(world.url(name), headers=headers)
    drain(answer)
    return answer.status_code


def test_a_token_reads_its_own_lab_and_nothing_else(client: Client, world: World) -> None:
    got = {}
    for kind, secret in {**world.tokens, "none": ""}.items():
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        got[kind] = [status(client, name, world, headers) for name in API]
    assert got == {
        "lab": [200, 200, 200, 200],
        "foreign": [200, 200, 404, 404],
        "revoked": [401] * 4,
        "expired": [401] * 4,
        "invented": [401] * 4,
        "none": [401] * 4,
    }


def test_a_token_asks_for_releases_of_its_own_lab_only(client: Client, world: World) -> None:
    url = reverse("api_release_request", kwargs={"pk": world.ids["dataset"]["dataset_id"]})

    def ask(kind: str, version: str):
        return client.post(url, {"version": version}, headers={"Authorization": f"Bearer {world.tokens[kind]}"})

    assert [ask(kind, "2.0.0").status_code for kind in ("foreign", "revoked", "lab")] == [404, 401, 201]
    again, wrong = ask("lab", "2.0.0"), ask("lab", "two")
    assert (again.status_code, again.json()["code"]) == (409, "version_taken")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")


def test_a_foreign_token_sees_no_row_of_another_lab(client: Client, world: World) -> None:
    headers = {"Authorization": f"Bearer {world.tokens['foreign']}"}
    assert client.get("/api/v1/releases/", headers=headers).json()["results"] == []
    assert client.get("/api/v1/datasets/", headers=headers).json()["results"] == []


def test_a_session_opens_no_door_of_the_api(world: World) -> None:
    client = Client()
    client.force_login(world.people["member"])
    assert client.get("/api/v1/releases/").status_code == 401


def test_a_file_is_served_in_parts_and_by_its_hash(client: Client, world: World) -> None:
    headers = {"Authorization": f"Bearer {world.tokens['lab']}"}
    url = reverse("api_release_file", kwargs=world.ids["api_release_file"])
    whole = client.get(url, headers=headers)
    content = b"".join(whole.streaming_content)
    part = client.get(url, headers={**headers, "Range": "bytes=2-5"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, content[2:6])
    assert client.get(url, headers={**headers, "Range": "bytes=999999999-"}).status_code == 416
    assert client.get(url, headers={**headers, "If-None-Match": whole["ETag"]}).status_code == 304
    detail = client.get(reverse("api_release", kwargs=world.ids["api_release"]), headers=headers).json()
    assert whole["ETag"] == f'"{detail["sha256"]}"'
    missing = reverse("api_release_file", kwargs=world.ids["api_release_file"] | {"path": "../../secret"})
    assert client.get(missing, headers=headers).json() == {
        "error": "No such file in this release.",
        "code": "not_found",
    }
