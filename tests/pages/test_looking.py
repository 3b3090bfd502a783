"""What admins see of tasks that were given back, and what they do about them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import User
from tasks.actions.claims import release_claim
from tasks.models import Task, TaskLook
from tasks.states import MOST_ON_ONE_WORD, ReleaseReason, TaskState
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(factories.admin())
    return client


@pytest.fixture
def task() -> Task:
    return factories.task(factories.project(name="Hearts", slug="hearts"), instruction="Which dose would you give?")


def say(task: Task, reason: ReleaseReason, note: str = "", by: User | None = None) -> None:
    held = factories.claim(task, by)
    release_claim(claim=held, by=held.expert, at=NOON, reason=reason, note=note)


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def badges(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<span class="badge badge--(\w+)">(\d × [a-z ]+)</span>', page)


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([\d-]*)"', page)
    assert found
    return found[1]


def test_the_task_list_says_what_was_said_and_can_show_only_what_needs_a_look(admin: Client, task: Task) -> None:
    calm = factories.task(task.project, instruction="What is a murmur?")
    say(calm, ReleaseReason.NO_TIME)
    for _ in range(2):
        say(task, ReleaseReason.UNDERSPECIFIED)
    page = shown(admin, "/desk/projects/hearts/tasks/")
    assert badges(page) == [("warn", "2 × underspecified"), ("quiet", "1 × no time")]
    assert "Set aside" in page
    page = shown(admin, "/desk/projects/hearts/tasks/?look=yes")
    assert badges(page) == [("warn", "2 × underspecified")]
    assert "What is a murmur?" not in page
    page = shown(admin, "/desk/projects/hearts/")
    assert "1 task of this project needs a look." in page


def test_the_desk_and_home_lead_to_what_needs_a_look(admin: Client, task: Task) -> None:
    assert "No task that was given back needs a look." in shown(admin, "/desk/")
    assert "No task needs a look" in shown(admin, "/desk/tasks/")
    assert "No task of this project needs a look" in shown(admin, "/desk/projects/hearts/tasks/?look=yes")
    say(task, ReleaseReason.UNSAFE)
    for page in ("/", "/desk/"):
        assert re.search(r'href="/desk/tasks/">1 task that experts gave back needs a look', shown(admin, page))
    page = shown(admin, "/desk/tasks/")
    assert f'href="/desk/tasks/{task.pk}/"' in page
    assert badges(page) == [("warn", "1 × unsafe")]


def test_an_admin_reads_who_said_what_and_keeps_the_task(admin: Client, task: Task) -> None:
    say(task, ReleaseReason.UNSAFE, "It asks <b>for</b> a dose.", factories.expert(name="Nora Quill"))
    url = f"/desk/tasks/{task.pk}/"
    page = shown(admin, url)
    assert "Nora Quill" in page
    assert "It asks &lt;b&gt;for&lt;/b&gt; a dose." in page
    sent = {"outcome": "kept", "reason": "A dose is\r\nwhat we want.", "seen": seen_on(page)}
    answer = admin.post(f"{url}look/", sent, follow=True)
    page = answer.content.decode()
    assert "The task stays as it is." in page
    assert badges(page) == [("quiet", "1 × unsafe")]
    assert "Kept as it is" in page
    assert TaskLook.objects.get().reason == "A dose is\nwhat we want."
    assert Task.objects.get().state == TaskState.OPEN


def test_an_answer_to_less_than_was_said_is_refused_in_a_sentence(admin: Client, task: Task) -> None:
    url = f"/desk/tasks/{task.pk}/"
    say(task, ReleaseReason.UNDERSPECIFIED)
    old = seen_on(shown(admin, url))
    say(task, ReleaseReason.UNSAFE)
    answer = admin.post(f"{url}look/", {"outcome": "kept", "reason": "Fine.", "seen": old}, follow=True)
    assert "More was said about this task meanwhile" in answer.content.decode()
    assert Task.objects.get().state == TaskState.SET_ASIDE


def test_a_form_without_a_reason_or_a_domain_comes_back(admin: Client, task: Task) -> None:
    url = f"/desk/tasks/{task.pk}/"
    say(task, ReleaseReason.OUTSIDE_EXPERTISE)
    sent = {"outcome": "moved", "reason": "", "seen": seen_on(shown(admin, url))}
    answer = admin.post(f"{url}look/", sent)
    assert (answer.status_code, "This field is required." in answer.content.decode()) == (422, True)
    answer = admin.post(f"{url}look/", sent | {"reason": "It is law."})
    assert (answer.status_code, "Choose the domain that this task" in answer.content.decode()) == (422, True)
    law = factories.domain("law")
    answer = admin.post(f"{url}look/", sent | {"reason": "It is law.", "domain": law.pk}, follow=True)
    assert "The task has its new domain." in answer.content.decode()
    assert Task.objects.get().domain == law


@pytest.mark.parametrize("seen", ["9" * 5000, "-", "x-1", "٣", "\ud7ff"])
def test_what_was_seen_is_believed_only_when_it_is_that(admin: Client, task: Task, seen: str) -> None:
    say(task, ReleaseReason.UNSAFE)
    sent = {"outcome": "kept", "reason": "Fine.", "seen": seen}
    answer = admin.post(f"/desk/tasks/{task.pk}/look/", sent, follow=True)
    assert "More was said about this task meanwhile" in answer.content.decode()
    answer = admin.post(f"/desk/tasks/{task.pk}/look/", sent | {"reason": "x" * 5001})
    assert (answer.status_code, TaskLook.objects.count()) == (422, 0)


def test_the_page_names_who_keeps_many_tasks_waiting_alone(admin: Client, task: Task) -> None:
    who = factories.expert(name="Ada Expert")
    for _ in range(MOST_ON_ONE_WORD):
        assert "on the word of" not in shown(admin, "/desk/tasks/")
        say(factories.task(task.project), ReleaseReason.UNSAFE, by=who)
    page = shown(admin, "/desk/tasks/")
    assert f'5 of these wait on the word of <a href="{reverse("person", args=[who.pk])}">Ada Expert</a>' in page


def test_only_what_can_be_done_is_offered(admin: Client, task: Task) -> None:
    url = f"/desk/tasks/{task.pk}/"

    def offered() -> list[str]:
        return re.findall(r'name="outcome" value="(\w+)"', shown(admin, url))

    assert offered() == ["moved", "withdrawn"]
    say(task, ReleaseReason.UNSAFE)
    assert offered() == ["kept", "moved", "withdrawn"]
    admin.post(f"{url}look/", {"outcome": "kept", "reason": "Fine.", "seen": seen_on(shown(admin, url))})
    factories.claim(task)
    assert offered() == ["withdrawn"]
    stale = admin.post(f"{url}look/", {"outcome": "kept", "reason": "Fine.", "seen": ""})
    assert (stale.status_code, "This cannot be done any more" in stale.content.decode()) == (422, True)
    assert "so its domain stays as it is" in shown(admin, url)
    admin.post(f"{url}look/", {"outcome": "withdrawn", "reason": "Asked twice.", "seen": ""})
    assert offered() == []
    answer = admin.post(f"{url}look/", {"outcome": "withdrawn", "reason": "Again.", "seen": ""}, follow=True)
    assert "There is nothing left to decide about this task." in answer.content.decode()


def test_an_expert_reads_why_a_task_cannot_be_claimed(admin: Client, task: Task) -> None:
    expert = Client()
    who = factories.expert()
    expert.force_login(who)
    say(task, ReleaseReason.UNSAFE)
    url = f"/write/tasks/{task.pk}/"
    assert "Experts who gave this task back asked for a look at it." in shown(expert, url)
    answer = expert.post(f"{url}claim/", follow=True)
    assert "Experts who gave this task back asked for a look at it." in answer.content.decode()
    gates = expert.get(reverse("gates"), {"task": task.pk}).json()
    assert [gate["gate"] for gate in gates["gates"] if not gate["passes"]] == ["set_aside"]
    sent = {
        "outcome": "withdrawn",
        "reason": "It asks for a dose.",
        "seen": seen_on(shown(admin, f"/desk/tasks/{task.pk}/")),
    }
    admin.post(f"/desk/tasks/{task.pk}/look/", sent)
    page = shown(expert, url)
    assert "This task was withdrawn, so nobody can claim it any more." in page
    assert "It asks for a dose." in page


def test_the_desk_of_a_holder_says_that_the_task_was_withdrawn(admin: Client, task: Task) -> None:
    held = factories.claim(task)
    expert = Client()
    expert.force_login(held.expert)
    admin.post(f"/desk/tasks/{task.pk}/look/", {"outcome": "withdrawn", "reason": "Asked twice.", "seen": ""})
    page = shown(expert, f"/write/claims/{held.pk}/")
    assert "This task was withdrawn." in page
    assert "Asked twice." in page
    assert "You can still finish and hand in, or give it back." in page
    expert.post(f"/write/claims/{held.pk}/release/", {"reason": "no_time"})
    page = shown(expert, f"/write/claims/{held.pk}/")
    assert "The task cannot be claimed again." in page
    assert "Claim this task again" not in page
