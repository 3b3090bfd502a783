"""Evidence through the browser: added and taken back by its owner, opened by an admin, closed to everybody else."""

import re
import tempfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import FakePayload
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from experts.evidence import store
from experts.evidence.limits import MB, TOO_LARGE
from experts.jobs import evidence as jobs
from experts.models import Credential, Evidence, EvidenceView
from experts.states import EvidenceViewState
from experts.views import evidence as pages
from pasiflora.audit.models import AuditEvent
from tests import factories
from tests.domain.test_releases import lab_with
from tests.factories_evidence import MARKER, diploma, evidence, open_credential, photo
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db
LATER = "The admins see it once you send it."
NOT_A_PDF = "By its content it is a PNG picture, but its name does not end in .png. Rename it and add it again."


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """Every file that this test has left anywhere: in the store, or where Python and Django put temporary files."""
    settings.STORE_ROOT = str(tmp_path / "store")
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda: sorted(path for path in tmp_path.rglob("*") if path.is_file())


@pytest.fixture
def worker(settings) -> Callable[[], None]:
    """A worker that opens whatever waits. It alone has the identity; the web process of these tests has none."""
    identity, settings.EVIDENCE_IDENTITY = settings.EVIDENCE_IDENTITY, ""

    def work() -> None:
        settings.EVIDENCE_IDENTITY = identity
        for view in EvidenceView.objects.filter(state=EvidenceViewState.ASKED):
            jobs.open_for_admin(view_id=view.pk)
        settings.EVIDENCE_IDENTITY = ""

    return work


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def said(answer) -> list[str]:
    return re.findall(r'<div class="notice[^"]*"><p>([^<]*)</p></div>', answer.content.decode())


def file(name: str = "diploma.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or diploma())


def add(client: Client, credential: Credential, *files: SimpleUploadedFile, **more):
    return client.post(reverse("evidence_add", args=[credential.pk]), {"files": list(files)}, follow=True, **more)


def sent_evidence(**fields) -> Evidence:
    made = evidence(**fields)
    Credential.objects.filter(pk=made.credential_id).update(state="submitted", submitted_at=timezone.now())
    made.credential.refresh_from_db()
    return made


def ask(client: Client, of: Evidence, reason: str = "") -> str:
    """Ask to see a file; the address of the view."""
    answer = client.post(reverse("evidence_ask", args=[of.credential_id, of.pk]), {"reason": reason})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def test_a_person_adds_files_sees_them_and_takes_one_back(disk) -> None:
    credential = open_credential()
    client = signed_in(credential.user)
    page = add(client, credential, file(), file("scan.png", photo()), file("photo.jpg", photo("JPEG")))
    assert said(page) == [f"Added: diploma.pdf, scan.png, photo.jpg. {LATER}"]
    page = client.get(reverse("credential", args=[credential.pk]))
    shown = text(page)
    assert "diploma.pdf" in shown
    assert "PDF, PNG or JPEG; at most 10 MB a file, 10 files, 30 pages in a PDF and 40 megapixels" in shown
    assert "They are shredded 30 days after the decision." in shown
    first = Evidence.objects.get(name="diploma.pdf")
    page = client.post(reverse("evidence_remove", args=[credential.pk, first.pk]), follow=True)
    assert said(page) == ["Removed: diploma.pdf."]
    assert "diploma.pdf" not in text(client.get(reverse("credential", args=[credential.pk])))
    assert len(disk()) == 2


def test_each_file_is_taken_or_refused_by_itself() -> None:
    credential = open_credential()
    page = add(signed_in(credential.user), credential, file("a.txt", b"Hello"), file(), file("b.pdf", photo()))
    assert said(page) == [
        f"Added: diploma.pdf. {LATER}",
        "a.txt was not added. By its content it is neither a PDF, nor a PNG, nor a JPEG picture.",
        f"b.pdf was not added. {NOT_A_PDF}",
    ]


def test_a_request_has_a_minute_and_what_is_left_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LONGEST", -1.0)
    credential = open_credential()
    assert said(add(signed_in(credential.user), credential, file())) == [
        "diploma.pdf was not looked at: the files before it took too long. Add it again."
    ]


def test_no_file_and_no_key_are_said(settings) -> None:
    credential = open_credential()
    client = signed_in(credential.user)
    assert said(add(client, credential)) == ["Choose a file first."]
    settings.EVIDENCE_RECIPIENT = ""
    assert said(add(client, credential, file()))[0].startswith("This server has no key to seal files with")


def test_plain_bytes_never_touch_the_disk(disk, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # Django's own handlers would write every file to the disk

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was asked for")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    credential = open_credential()
    add(signed_in(credential.user), credential, file(), file("scan.png", photo()))
    assert [path.suffix for path in disk()] == [".age", ".age"]
    assert [path for path in disk() if MARKER.encode() in path.read_bytes()] == []


def huge(client: Client, credential: Credential, length: str) -> tuple[object, list[int]]:
    """A POST whose body nobody may read. What came back, and how much was read."""
    read: list[int] = []

    class Untouched(FakePayload):
        def read(self, *asked: int) -> bytes:
            read.append(1)
            return super().read(*asked)

    answer = client.generic(
        "POST",
        reverse("evidence_add", args=[credential.pk]),
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Untouched(b"--x"), "CONTENT_LENGTH": length},
    )
    return answer, read


def test_two_gigabytes_are_refused_before_the_body_is_read() -> None:
    credential = open_credential()
    answer, read = huge(signed_in(credential.user), credential, str(2 * 1024**3))
    assert (answer.status_code, read) == (413, [])
    assert "Together these files are larger than 50 MB. Add them in two or more steps." in text(answer)


@pytest.mark.parametrize("length", ["", "many", "-1"])
def test_a_body_of_unknown_length_is_not_read(length: str) -> None:
    credential = open_credential()
    answer, read = huge(signed_in(credential.user), credential, length)
    assert (answer.status_code, read) == (411, [])
    assert "did not say how long the upload is" in text(answer)


def test_a_stranger_reads_nothing_into_memory_either() -> None:
    credential = open_credential()
    for client, status in ((Client(), 302), (signed_in(factories.person()), 404)):
        answer, read = huge(client, credential, str(2 * 1024**3))
        assert (answer.status_code, read) == (status, [])


def test_a_file_above_the_cap_is_dropped_and_its_neighbours_are_taken(disk) -> None:
    credential = open_credential()
    large = file("large.pdf", diploma() + bytes(10 * MB))
    page = add(signed_in(credential.user), credential, large, file())
    assert said(page) == [
        f"Added: diploma.pdf. {LATER}",
        f"large.pdf was not added. {TOO_LARGE}",
    ]
    assert len(disk()) == 1


def test_the_token_of_the_page_is_needed() -> None:
    credential = open_credential()
    client = signed_in(credential.user, enforce_csrf_checks=True)
    path = reverse("evidence_add", args=[credential.pk])
    assert client.post(path, {"files": file()}).status_code == 403
    html = client.get(reverse("credential", args=[credential.pk])).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[1]
    assert client.post(path, {"csrfmiddlewaretoken": token, "files": file()}).status_code == 302
    assert Evidence.objects.count() == 1


def test_what_is_with_the_admins_takes_no_files_and_says_so() -> None:
    made = sent_evidence()
    client = signed_in(made.credential.user)
    sentence = "This credential is with the admins or settled, so its files cannot be changed."
    assert said(add(client, made.credential, file("b.png", photo()))) == [sentence]
    page = client.post(reverse("evidence_remove", args=[made.credential_id, made.pk]), follow=True)
    assert said(page) == [sentence]


def test_an_admin_opens_a_file_and_its_pages_are_pictures(worker) -> None:
    made, admin = sent_evidence(content=diploma(2)), factories.admin(name="Ada")
    client = signed_in(admin)
    case = client.get(reverse("desk_credential", args=[made.credential_id]))
    assert "diploma.pdf" in text(case)
    address = ask(client, made, reason="To compare names")
    waiting = client.get(address)
    assert "Being opened." in text(waiting)
    assert f'hx-get="{address}" hx-trigger="every 1s"' in waiting.content.decode()
    assert f'<a href="{address}">Look again</a>' in waiting.content.decode()
    worker()
    opened = client.get(address)
    assert opened.status_code == 200
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', opened.content.decode())
    assert pictures == [(f"{address}pages/{n}/", f"Page {n} of 2 of diploma.pdf") for n in (1, 2)]
    picture = client.get(pictures[0][0])
    with Image.open(BytesIO(picture.content)) as shown:
        assert (shown.format, shown.getpixel((50, 400))[0] > 200) == ("JPEG", True)
    headers = {
        "Content-Type": "image/jpeg",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'inline; filename="evidence-{made.pk}-page-1.jpg"',
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }
    assert {name: picture.headers.get(name) for name in headers} == headers
    assert opened.headers["Cache-Control"] == "no-store"
    seen = text(client.get(reverse("desk_credential", args=[made.credential_id])))
    assert re.search(r"Looked at 1 time Ada, [^:]*:\d\d : To compare names", seen)
    assert AuditEvent.objects.get(verb="evidence.viewed").actor == admin.pk
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'hx-trigger="load delay:' in fragment


def test_the_key_is_in_the_cookie_and_nowhere_on_the_server(worker, disk, settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    made, admin = sent_evidence(), factories.admin()
    client = signed_in(admin)
    answer = client.post(reverse("evidence_ask", args=[made.credential_id, made.pk]))
    (name,) = [name for name in answer.cookies if name.startswith("evidence-")]
    cookie = answer.cookies[name]
    assert cookie.value.startswith("AGE-SECRET-KEY-1")
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == (answer["Location"], 300, "Strict")
    assert (bool(cookie["httponly"]), bool(cookie["secure"])) == (True, True)
    worker()
    page = f"{answer['Location']}pages/1/"
    client.cookies = client.cookies.__class__({"sessionid": client.cookies["sessionid"].value})
    assert client.get(page).status_code == 404
    client.cookies[name] = cookie.value
    assert client.get(page).status_code == 200
    assert cookie.value not in client.get(answer["Location"]).content.decode()
    assert [path for path in disk() if cookie.value.encode() in path.read_bytes()] == []


def test_a_link_stops_working_after_five_minutes(worker, disk) -> None:
    made = sent_evidence()
    client = signed_in(factories.admin())
    with time_machine.travel(timezone.now(), tick=False) as now:
        address = ask(client, made)
        worker()
        now.shift(timedelta(minutes=4, seconds=59))
        assert client.get(f"{address}pages/1/").status_code == 200
        now.shift(timedelta(seconds=1))
        assert client.get(f"{address}pages/1/").status_code == 404
        over = client.get(address)
        assert (over.status_code, "This view is over." in text(over)) == (410, True)
        assert "<img" not in over.content.decode()
        assert len(disk()) == 2
        jobs.sweep_evidence()
        assert [path.name for path in disk()] == [f"{made.file}.age"]
        assert client.get(f"{address}pages/1/").status_code == 404
        again = ask(client, made)
        worker()
        assert client.get(f"{again}pages/1/").status_code == 200


def test_a_view_can_be_closed_before_its_time(worker, disk) -> None:
    made = sent_evidence()
    client = signed_in(factories.admin())
    address = ask(client, made)
    worker()
    answer = client.post(f"{address}end/")
    assert answer["Location"] == reverse("desk_credential", args=[made.credential_id])
    assert client.get(f"{address}pages/1/").status_code == 404
    assert client.get(address).status_code == 410
    assert len(disk()) == 1
    assert client.post(f"{address}end/").status_code == 302


def test_what_could_not_be_opened_says_why_and_offers_another_try(worker) -> None:
    made = sent_evidence()
    store.destroy(made.file)
    client = signed_in(factories.admin())
    address = ask(client, made)
    worker()
    page = client.get(address)
    assert "The file could not be opened. It is not in the store." in text(page)
    assert "Open it again" in text(page)
    assert "hx-trigger" not in page.content.decode()


def test_a_worker_that_does_not_come_is_told_of() -> None:
    made = sent_evidence()
    client = signed_in(factories.admin())
    with time_machine.travel(timezone.now(), tick=False) as now:
        address = ask(client, made)
        assert "takes longer" not in text(client.get(address))
        now.shift(timedelta(seconds=30))
        assert "no worker has finished it yet" in text(client.get(address))


def everybody(made: Evidence) -> dict[str, Client]:
    """Every kind of person but the admin who asked. The owner is an admin as well here."""
    owner = made.credential.user
    factories.grant(owner, "admin")
    lab = lab_with(factories.project())
    people = {
        "owner": owner,
        "somebody": factories.person(),
        "another expert": factories.expert(),
        "reviewer": factories.reviewer(),
        "adjudicator": factories.adjudicator(),
        "lab": lab.members.get().user,
        "another admin": factories.admin(),
    }
    return {who: signed_in(person) for who, person in people.items()}


def test_nobody_else_gets_anything_at_any_address(worker) -> None:
    made, admin = sent_evidence(), factories.admin()
    mine = signed_in(admin)
    address = ask(mine, made)
    worker()
    key = {name: morsel.value for name, morsel in mine.cookies.items() if name.startswith("evidence-")}
    assert len(key) == 1
    assert mine.get(f"{address}pages/1/").status_code == 200
    reading, acting = [address, f"{address}pages/1/"], [f"{address}end/"]
    asking = reverse("evidence_ask", args=[made.credential_id, made.pk])
    owned = [
        reverse("evidence_add", args=[made.credential_id]),
        reverse("evidence_remove", args=[made.credential_id, made.pk]),
    ]
    wrong = {}
    for who, client in everybody(made).items():
        for name, value in key.items():
            client.cookies[name] = value  # even with the key of the view
        got = {path: client.get(path).status_code for path in reading}
        got |= {path: client.post(path).status_code for path in acting}
        if who != "another admin":  # who may ask for a view of their own
            got[asking] = client.post(asking).status_code
        if who != "owner":
            got |= {path: client.post(path).status_code for path in owned}
        wrong |= {f"{who}: {path}": status for path, status in got.items() if status != 404}
    assert wrong == {}
    assert EvidenceView.objects.count() == 1
    assert mine.get(f"{address}pages/1/").status_code == 200
    for path in (*reading, *acting, asking, *owned):
        answer = Client().post(path)
        assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)


def test_the_same_admin_in_another_session_gets_nothing(worker) -> None:
    made, admin = sent_evidence(), factories.admin()
    mine, elsewhere = signed_in(admin), signed_in(admin)
    address = ask(mine, made)
    worker()
    for name, morsel in mine.cookies.items():
        if name.startswith("evidence-"):
            elsewhere.cookies[name] = morsel.value
    assert [elsewhere.get(path).status_code for path in (address, f"{address}pages/1/")] == [404, 404]
    mine.logout()
    mine.force_login(admin)
    assert mine.get(f"{address}pages/1/").status_code == 404


def test_an_admin_who_is_none_any_more_gets_nothing(worker) -> None:
    made, admin = sent_evidence(), factories.admin()
    client = signed_in(admin)
    address = ask(client, made)
    worker()
    admin.role_grants.update(revoked_at=timezone.now(), revoked_by=admin)
    assert [client.get(path).status_code for path in (address, f"{address}pages/1/")] == [404, 404]


def test_addresses_that_do_not_fit_together_are_not_there(worker) -> None:
    made, other = sent_evidence(), sent_evidence()
    client = signed_in(factories.admin())
    address = ask(client, made)
    worker()
    crossed = [
        address.replace(f"/{made.credential_id}/evidence", f"/{other.credential_id}/evidence"),
        address.replace(f"/evidence/{made.pk}/", f"/evidence/{other.pk}/"),
        f"{address}pages/2/",
        f"{address}pages/0/",
        reverse("evidence_view", args=[made.credential_id, made.pk, "00000000-0000-4000-8000-000000000000"]),
    ]
    assert [client.get(path).status_code for path in crossed] == [404] * 5
    assert client.post(reverse("evidence_ask", args=[made.credential_id, other.pk])).status_code == 404


def test_what_is_not_sent_yet_is_no_admins_business() -> None:
    made = evidence(open_credential(state="draft"))
    client = signed_in(factories.admin())
    assert client.post(reverse("evidence_ask", args=[made.credential_id, made.pk])).status_code == 404


def test_after_shredding_the_hash_is_all_that_pages_tell(worker, disk) -> None:
    made = sent_evidence()
    client, owner = signed_in(factories.admin()), signed_in(made.credential.user)
    address = ask(client, made)
    Credential.objects.filter(pk=made.credential_id).update(state="declined")
    now = timezone.now()
    for day in (0, 31):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            jobs.shred()
    assert disk() == []
    case = text(client.get(reverse("desk_credential", args=[made.credential_id])))
    assert "A file, shredded" in case
    assert made.sent_sha256 in case
    assert "diploma.pdf" not in case
    assert client.get(address).status_code == 410
    assert client.post(reverse("evidence_ask", args=[made.credential_id, made.pk])).status_code == 409
    Credential.objects.filter(pk=made.credential_id).update(state="needs_information")
    page = text(owner.get(reverse("credential", args=[made.credential_id])))
    assert f"Only its hash is kept: {made.sent_sha256}" in page
