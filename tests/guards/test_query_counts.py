"""Lists cost the same with one row as with thirty, and never read the text of a response."""

import itertools
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from experts.actions.conflicts import record_conflict, record_employer
from experts.actions.notices import notify
from experts.actions.pauses import pause_person, reinstate
from experts.models import Conflict
from experts.states import ConflictKind, NoticeKind, Role
from exports.actions.labs import add_member, issue_token
from exports.actions.releasing import next_version, request_release
from exports.models import Commission, Dataset, Lab, LabMember
from exports.states import LabRole
from pasiflora.kernel import clock
from reviews.actions.appealing import answer_appeal, file_appeal
from reviews.actions.helping import set_helped
from reviews.states import AppealOutcome, Verdict
from tasks.actions.claims import release_claim
from tasks.actions.drafts import save_draft
from tasks.models import TaskImport
from tasks.states import ReleaseReason
from tests import factories, factories_kinds, training
from tests.domain.test_releases import dataset_of, lab_with
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def queries(client: Client, path: str) -> tuple[int, list[str]]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    texts = [query["sql"] for query in captured]
    return len(texts), texts


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    client.get("/")
    return client


def board():
    person, project = factories.expert(), factories.project()
    return person, "/write/", lambda: factories.task(project)


def submissions():
    person, project = factories.expert(), factories.project()
    return person, "/write/submissions/", lambda: factories.submitted(factories.claim(factories.task(project), person))


def notices():
    person = factories.person()

    def more() -> None:
        notify(to=person, kind=NoticeKind.VOUCH_ASKED, at=NOON, url="/vouches/", applicant="Nora")

    return person, "/notices/", more


def home():
    person, project = factories.expert(), factories.project()
    return person, "/", lambda: factories.submitted(factories.claim(factories.task(project), person))


def versions():
    held = factories.claim()
    saves = itertools.count()

    def more() -> None:
        n = next(saves)
        save_draft(claim=held, by=held.expert, at=NOON + n * HOUR, body=f"Save {n}", base_version=n)

    return held.expert, f"/write/claims/{held.pk}/versions/", more


def review_queue():
    person, project = factories.reviewer(), factories.project()

    def more() -> None:
        factories.submitted(factories.claim(factories.task(project)))
        factories.reviewed(person)

    return person, "/review/", more


def craft():
    """Every review decided, by rule or by somebody, appealed and answered; every one said to have helped."""
    person, judges, project = (
        factories.reviewer(),
        [factories.adjudicator(), factories.adjudicator()],
        factories.project(),
    )

    def more() -> None:
        now = clock.now()
        revision = factories.submitted(factories.claim(factories.task(project), at=now), at=now)
        for reader in (person, factories.reviewer()):
            factories.reviewed(reader, (1, 2, 2, None), Verdict.REJECT, at=now)
        appeal = file_appeal(
            decision=revision.decision, by=revision.submission.author, at=now, text="Why.", quotes=["decision"]
        )
        answer_appeal(
            appeal=appeal, by=judges[0], at=now, outcome=AppealOutcome.OVERTURNED, rationale="Right.", helped=[1, 2]
        )
        for review in revision.reviews.all():
            set_helped(review=review, by=revision.submission.author, at=now, helped=True)

    return person, "/review/craft/", more


def readers():
    slugs = itertools.cycle(["medicine", "law", "physics", "economics", "biology"])
    admin = factories.admin()

    def more() -> None:
        factories.submitted(factories.claim(factories.task(slug=next(slugs))))
        factories.reviewer()

    return admin, "/desk/reviews/readers/", more


def credential_desk():
    return factories.admin(), "/desk/credentials/", lambda: factories.credential(factories.person(), state="submitted")


def people():
    return factories.admin(), "/desk/people/", factories.person


def one_person():
    person = factories.person()
    return factories.admin(), f"/desk/people/{person.pk}/", lambda: factories.credential(person)


def a_busy_person():
    """Somebody with work, pauses, conflicts and a long history."""
    person, project, admin = factories.reviewer(), factories.project(), factories.admin()

    def more() -> None:
        factories.submitted(factories.claim(factories.task(project), person))
        for _ in range(2):
            factories.reviewed(factories.reviewer())
        factories.submitted(factories.claim(factories.task(project)))
        factories.reviewed(person)
        pause = pause_person(user=person, domain=None, by=admin, at=NOON, reason="Why.")
        reinstate(pause=pause, by=admin, at=NOON, reason="Why.")
        other = factories.person()
        record_conflict(user=person, other=other, kind=ConflictKind.DECLARED, by=admin, at=NOON)

    return admin, f"/desk/people/{person.pk}/", more


def conflicted():
    reader, project, admin = factories.reviewer(), factories.project(), factories.admin()

    def more() -> None:
        author = factories.expert()
        factories.submitted(factories.claim(factories.task(project), author))
        factories.reviewed(reader)
        record_conflict(user=reader, other=author, kind=ConflictKind.DECLARED, by=admin, at=NOON)

    return admin, "/desk/reviews/conflicts/", more


def conflicts():
    person, admin = factories.person(), factories.admin()
    return (
        person,
        "/apply/conflicts/",
        lambda: record_employer(user=person, name=f"Employer {Conflict.objects.count()}", by=admin, at=NOON),
    )


def credentials():
    person = factories.person()
    return person, "/apply/", lambda: factories.credential(person)


def vouches():
    person = factories.expert()

    def more() -> None:
        factories_kinds.request(person, at=clock.now())
        factories_kinds.vouched(factories.person(), person)

    return person, "/vouches/", more


def projects():
    return factories.admin(), "/desk/projects/", factories.project


def project_page():
    project, admin = factories.project(), factories.admin()

    def more() -> None:
        TaskImport.objects.create(
            project=project,
            file_name="a.jsonl",
            format="jsonl",
            bytes=1,
            sha256="0",
            uploaded_by=admin,
            uploaded_at=NOON,
        )
        factories.task(project)

    return admin, f"/desk/projects/{project.slug}/", more


def project_tasks():
    project = factories.project()
    return factories.admin(), f"/desk/projects/{project.slug}/tasks/", lambda: given_back(factories.task(project))


def given_back(task) -> None:
    held = factories.claim(task)
    release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.UNSAFE, note="It asks for a dose.")


def tasks_that_need_a_look():
    return factories.admin(), "/desk/tasks/", lambda: given_back(factories.task())


def course():
    training.publish_course(sets=40)
    person = factories.expert()
    return person, "/train/", lambda: training.sit(person, "accuracy", training.wrong_answers)


def training_module():
    person, _, more = course()
    return person, "/train/accuracy/", more


def exam_result():
    training.publish_course()
    person = factories.expert()
    exam = training.sit(person, "whole")
    return person, f"/train/exams/{exam.pk}/result/", lambda: training.sit(factories.person(), "whole")


def training_desk():
    training.publish_course()
    return factories.admin(), "/desk/training/", lambda: training.sit(factories.person(), "whole")


def training_source():
    training.publish_course()
    return factories.admin(), "/desk/training/whole/", lambda: training.sit(factories.person(), "whole")


def person_training():
    training.publish_course(sets=40)
    person = factories.expert()
    return factories.admin(), f"/desk/people/{person.pk}/training/", lambda: training.sit(person, "accuracy")


def labs():
    def more() -> None:
        n = Lab.objects.count()
        Lab.objects.create(name=f"Lab {n}", slug=f"lab-{n}", created_at=NOON)

    return factories.admin(), "/desk/labs/", more


def lab_home():
    member, lab = factories.person(), Lab.objects.create(name="Lab", slug="lab", created_at=NOON)
    LabMember.objects.create(lab=lab, user=member, joined_at=NOON)
    Commission.objects.create(lab=lab, project=factories.project(), since=NOON)

    def more() -> None:
        n = Dataset.objects.count()
        Dataset.objects.create(lab=lab, name=f"D{n}", slug=f"d{n}", created_by=member, created_at=NOON)

    return member, "/lab/", more


def cases():
    judge, project = factories.adjudicator(), factories.project()
    readers = [factories.reviewer() for _ in range(3)]

    def more() -> None:
        factories.submitted(factories.claim(factories.task(project)))
        factories.reviewed(readers[0])
        factories.reviewed(readers[1], (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
        factories.reviewed(readers[2], (1, 2, 2, 2), Verdict.REJECT)

    return judge, "/adjudicate/", more


def a_lab():
    project = factories.project()
    lab = lab_with(project)
    return lab, lab.members.get().user, dataset_of(lab, project)


def dataset():
    _, member, dataset = a_lab()

    def more() -> None:
        version = next_version(dataset)
        request_release(dataset=dataset, version=version, by=member, at=NOON)

    return member, f"/lab/datasets/{dataset.pk}/", more


def tokens():
    lab, member, _ = a_lab()
    return member, f"/lab/{lab.slug}/tokens/", lambda: issue_token(lab=lab, name="ci", days=9, by=member, at=NOON)


def one_lab():
    lab, _, _ = a_lab()
    admin = factories.admin()

    def more() -> None:
        add_member(lab=lab, email=factories.person().email, role=LabRole.MEMBER, by=admin, at=NOON)

    return admin, f"/desk/labs/{lab.slug}/", more


def home_of_everything():
    """Somebody who is author, reviewer, adjudicator, admin and lab member at once."""
    _, member, dataset = a_lab()
    project = factories.project()
    factories.credential(member)
    for role in (Role.REVIEWER, Role.ADJUDICATOR):
        factories.grant(member, role, factories.domain())
    factories.grant(member, Role.ADMIN)

    def more() -> None:
        request_release(dataset=dataset, version=next_version(dataset), by=member, at=NOON)
        factories.submitted(factories.claim(factories.task(project), member))
        factories.submitted(factories.claim(factories.task(project)))
        factories.credential(factories.person(), state="submitted")

    return member, "/", more


# Long texts that people write. A list may show an excerpt of them, cut by the database.
LONG = re.compile(
    r'"tasks_task"\."(?:instruction|context|extra)"'
    r'|"tasks_draft(?:version)?"\."(?:body|note)"|"tasks_revision"\."(?:body|note)"|"tasks_revisionrendering"\."html"'
    r'|"reviews_review"\."(?:comment|draft|\w+_reason)"|"reviews_decision"\."rationale"'
    r'|"experts_trainingmodule"\."source"|"experts_notice"\."body"'
    r'|"experts_credential"\."(?:statement|unsent)"|"experts_vouch"\."(?:relationship|statement|seen_of_work)"|"exports_release"\."(?:manifest|spec)"|"tasks_taskimport"\."report"'
)
EXCERPT = re.compile(r"LEFT\([^,]+, \d+\)")


def long_texts(sql: str) -> list[str]:
    """Columns of long text that a query fetches whole."""
    fetched = sql.partition(" FROM ")[0]
    return LONG.findall(EXCERPT.sub("", fetched)) if fetched.startswith("SELECT") else []


def test_the_eye_for_long_texts_sees() -> None:
    whole = 'SELECT "tasks_task"."id", "tasks_task"."instruction" FROM "tasks_task"'
    assert long_texts(whole) == ['"tasks_task"."instruction"']
    assert long_texts(whole.replace('"tasks_task"."instruction"', 'LEFT("tasks_task"."instruction", 240)')) == []


@pytest.mark.parametrize(
    ("page", "count"),
    [
        (board, 18), (submissions, 5), (versions, 7), (home, 25), (review_queue, 14), (craft, 12), (credential_desk, 8),
        (people, 8), (one_person, 26), (credentials, 11), (vouches, 7),
        (projects, 6), (project_page, 13), (project_tasks, 8), (tasks_that_need_a_look, 8), (labs, 6),
        (lab_home, 6), (cases, 10), (dataset, 14), (tokens, 6), (one_lab, 9),
        (home_of_everything, 27), (a_busy_person, 27), (conflicts, 5), (conflicted, 6), (readers, 12), (notices, 6),
        (course, 10), (training_module, 9), (exam_result, 8), (training_desk, 7), (training_source, 8),
        (person_training, 11),
    ],
)  # fmt: skip
def test_a_list_costs_the_same_however_long(page: Callable, count: int) -> None:
    person, path, more = page()
    more()
    client = signed_in(person)
    with_one, texts = queries(client, path)
    for _ in range(29):
        more()
    with_thirty, _ = queries(client, path)
    assert (with_one, with_thirty) == (count, count), "\n".join(texts)
    assert [found for text in texts for found in long_texts(text)] == []
