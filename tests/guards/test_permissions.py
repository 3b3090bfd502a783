"""Every address of the product, and what each kind of person gets there. An address without a row fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from exports.actions.building import build_release
from exports.actions.labs import add_member, issue_token, open_lab, revoke_token
from exports.actions.releasing import request_release
from exports.states import LabRole
from pasiflora.kernel import clock
from reviews.actions.reviewing import take_next_review
from reviews.states import Verdict
from tests import factories
from tests.domain.test_releases import dataset_of, lab_with
from tests.factories import NOON

pytestmark = pytest.mark.django_db

PUBLIC = {"home", "healthz", "readyz", "api_schema"}
LOGIN, OK, GONE, NOT_YOURS, WRONG_WAY, MOVED = 302, 200, 404, 403, 405, 302
EVERYBODY = ("plain", "author", "other", "reader", "second", "judge", "admin", "member", "stranger")


@dataclass
class World:
    """One of each thing, and one of each kind of person."""

    people: dict[str, object]
    ids: dict[str, dict[str, object]]
    tokens: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def world(tmp_path: Path, settings) -> World:
    settings.STORE_ROOT = str(tmp_path)
    admin, plain = factories.admin(), factories.person()
    author, other = factories.expert(), factories.expert()
    reader, second, judge = factories.reviewer(), factories.reviewer(), factories.adjudicator()
    project = factories.project()
    approved = factories.approved(of=factories.task(project))
    lab = lab_with(project)
    member = lab.members.get().user
    dataset = dataset_of(lab, project)
    release = request_release(dataset=dataset, version="1.0.0", by=member, at=NOON + timedelta(days=1))
    build_release(release=release, clock=lambda: NOON + timedelta(days=1))
    elsewhere = open_lab(name="Elsewhere", slug="elsewhere", by=admin, at=NOON)
    stranger = factories.person()
    add_member(lab=elsewhere, email=stranger.email, role=LabRole.OWNER, by=admin, at=NOON)
    held = factories.claim(factories.task(project), author)
    disputed = factories.submitted(factories.claim(factories.task(project), author))
    factories.reviewed(reader)
    factories.reviewed(second, (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    factories.submitted(factories.claim(factories.task(project), author))
    review = take_next_review(by=reader, at=NOON)
    credential = factories.credential(author, state="needs_information")
    waiting = factories.credential(other, state="submitted")
    now = clock.now()
    token, secret = issue_token(lab=lab, name="ci", days=9, by=member, at=now)
    revoked, dead = issue_token(lab=lab, name="old", days=9, by=member, at=now)
    revoke_token(token=revoked, by=member, at=now)
    foreign = issue_token(lab=elsewhere, name="theirs", days=9, by=stranger, at=now)[1]
    expired = issue_token(lab=lab, name="late", days=1, by=member, at=now - timedelta(days=2))[1]
    file = {"release_id": release.pk, "path": "data/train.jsonl"}
    # fmt: off
    return World(
        people={
            "plain": plain,
            "author": author,
            "other": other,
            "reader": reader,
            "second": second,
            "judge": judge,
            "admin": admin,
            "member": member,
            "stranger": stranger,
        },
        ids={
            "task": {"task_id": held.task_id},
            "task_claim": {"task_id": held.task_id},
            "desk": {"claim_id": held.pk},
            "draft_save": {"claim_id": held.pk},
            "claim_release": {"claim_id": held.pk},
            "draft_submit": {"claim_id": held.pk},
            "submission": {"submission_id": disputed.submission_id},
            "review": {"review_id": review.pk},
            "review_save": {"review_id": review.pk},
            "review_complete": {"review_id": review.pk},
            "review_hand_back": {"review_id": review.pk},
            "case": {"revision_id": disputed.pk},
            "case_rule": {"revision_id": disputed.pk},
            "credential_answer": {"credential_id": credential.pk},
            "desk_credential": {"credential_id": waiting.pk},
            "desk_credential_rule": {"credential_id": waiting.pk},
            "person": {"person_id": plain.pk},
            "person_grant": {"person_id": plain.pk},
            "person_account": {"person_id": plain.pk},
            "person_revoke": {"person_id": reader.pk, "grant_id": reader.role_grants.get().pk},
            **{
                name: {"slug": project.slug}
                for name in (
                    "project", "project_settings", "project_guideline", "project_claims", "project_tasks",
                    "import_upload",
                )
            },
            "lab": {"slug": lab.slug},
            "lab_member_add": {"slug": lab.slug},
            "lab_commission": {"slug": lab.slug},
            "lab_member_remove": {"slug": lab.slug, "user_id": member.pk},
            "dataset_new": {"lab": lab.slug},
            "tokens": {"lab": lab.slug},
            "dataset": {"dataset_id": dataset.pk},
            "dataset_edit": {"dataset_id": dataset.pk},
            "release_ask": {"dataset_id": dataset.pk},
            "release": {"release_id": release.pk},
            "release_again": {"release_id": release.pk},
            "release_file": file,
            "token_revoke": {"token_id": token.pk},
            **{
                name: {"import_id": an_import(project, admin)}
                for name in ("import", "import_confirm", "import_retry", "import_problems")
            },
            "api_release": {"pk": release.pk},
            "api_release_file": {"pk": release.pk, "path": "data/train.jsonl"},
            "approved": {"submission_id": approved.pk},
        },
        tokens={"lab": secret, "foreign": foreign, "revoked": dead, "expired": expired, "invented": "pf_live_nothing"},
    )
    # fmt: on


def an_import(project, admin) -> int:
    from tasks.actions.imports import receive_import  # noqa: PLC0415 -- beside its one use

    return receive_import(project=project, by=admin, at=NOON, file_name="a.jsonl", chunks=[b"{}"]).pk


def only(*entitled: str, ok: int = OK, others: int = GONE) -> dict[str, int]:
    return {who: ok if who in entitled else others for who in EVERYBODY}


ADMIN, MEMBER, ALL = only("admin"), only("member"), only(*EVERYBODY)

# Who gets what when reading. None: the address takes no reading at all (405 for everybody).
READING: dict[str, dict[str, int] | None] = {
    "write_board": ALL, "task": ALL, "submissions": ALL, "credentials": ALL, "credential_new": ALL,
    "desk": only("author"), "submission": only("author"), "credential_answer": only("author"),
    "review_queue": only("reader", "second", others=NOT_YOURS), "review": only("reader"),
    "adjudication_list": only("judge", others=NOT_YOURS), "case": only("judge"),
    "desk_credentials": ADMIN, "desk_credential": ADMIN, "people": ADMIN, "person": ADMIN,
    "projects": ADMIN, "project_new": ADMIN, "project": ADMIN, "project_settings": ADMIN, "project_tasks": ADMIN,
    "import_upload": ADMIN, "import": ADMIN, "import_problems": ADMIN, "labs": ADMIN, "lab": ADMIN,
    "lab_home": only("member", "stranger", others=NOT_YOURS),
    "dataset_new": MEMBER, "tokens": MEMBER, "dataset": MEMBER, "dataset_edit": MEMBER, "release": MEMBER,
    "release_file": MEMBER,
    **dict.fromkeys((
        "claim_next", "task_claim", "preview", "draft_save", "claim_release", "draft_submit", "review_next",
        "review_save", "review_complete", "review_hand_back", "case_rule", "desk_credential_rule", "person_grant",
        "person_revoke", "person_account", "project_guideline", "project_claims", "import_confirm", "import_retry",
        "release_ask", "release_again",
        "token_revoke", "lab_member_add", "lab_member_remove", "lab_commission")),
}  # fmt: skip

# Who is refused when acting on what is somebody else's; the entitled are tested where the action is.
ACTING: dict[str, dict[str, int]] = {
    **dict.fromkeys(("draft_save", "claim_release", "draft_submit"), only("author")),
    **dict.fromkeys(("review_save", "review_complete", "review_hand_back"), only("reader")),
    "review_next": only("reader", "second", others=NOT_YOURS),
    "case_rule": only("judge"),
    **dict.fromkeys((
        "desk_credential_rule", "person_grant", "person_revoke", "person_account", "project_guideline", "project_new",
        "project_settings", "project_claims", "import_upload", "import_confirm", "import_retry", "labs",
        "lab_member_add", "lab_member_remove", "lab_commission"), ADMIN),
    **dict.fromkeys(("release_ask", "release_again", "token_revoke", "dataset_new", "dataset_edit", "tokens"), MEMBER),
}  # fmt: skip
API = ("api_datasets", "api_releases", "api_release", "api_release_file")
API_ACTIONS = {"api_release_request"}


def addresses(resolver: URLResolver | None = None) -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if "allauth" not in str(getattr(pattern, "urlconf_name", "")):
                yield from addresses(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_every_address_has_a_row() -> None:
    assert set(addresses()) == {*PUBLIC, *READING, *API, *API_ACTIONS}


def test_what_is_public_needs_nobody(client: Client, world: World) -> None:
    assert {name: client.get(reverse(name)).status_code for name in PUBLIC - {"readyz"}} == dict.fromkeys(
        PUBLIC - {"readyz"}, OK
    )


def test_everything_else_sends_a_stranger_to_sign_in(client: Client, world: World) -> None:
    for name in READING:
        url = reverse(name, kwargs=world.ids.get(name))
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == LOGIN, name
            assert answer["Location"].startswith("/accounts/login/"), name


def test_who_may_read_what(world: World) -> None:
    wrong = {}
    for who, person in world.people.items():
        client = Client()
        client.force_login(person)
        for name, expected in READING.items():
            answer = client.get(reverse(name, kwargs=world.ids.get(name)))
            drain(answer)
            due = WRONG_WAY if expected is None else expected[who]
            if answer.status_code != due:
                wrong[f"{who} reads {name}"] = (answer.status_code, due)
    assert wrong == {}


def test_who_may_not_act_on_what(world: World) -> None:
    wrong = {}
    for who, person in world.people.items():
        client = Client()
        client.force_login(person)
        for name, expected in ACTING.items():
            if expected[who] == OK:
                continue
            answer = client.post(reverse(name, kwargs=world.ids.get(name)), {})
            if answer.status_code != expected[who]:
                wrong[f"{who} acts on {name}"] = (answer.status_code, expected[who])
    assert wrong == {}


def drain(answer) -> None:
    """Read a file to its end, as a server would: it is closed then."""
    if answer.streaming:
        for _ in answer.streaming_content:
            pass


def status(client: Client, name: str, world: World, headers: dict[str, str]) -> int:
    answer = client.get(reverse(name, kwargs=world.ids.get(name)), headers=headers)
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
