"""Training in the browser: nothing that answers an exercise is in any page before it is graded."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from experts.actions.training import begin_exam, publish_module
from experts.models import Exam, TrainingModule
from experts.queries.training import current_module, current_modules, module_of
from experts.states import ModulePurpose
from experts.training.content import read_module
from experts.training.exams import choose
from experts.training.sentences import sentences
from pasiflora.kernel import clock
from pasiflora.kernel.markdown import render as render_markdown
from tests import factories
from tests.guards.world import signed_in
from tests.training import publish, publish_course, right_answers, text_of, wrong_answers

pytestmark = pytest.mark.django_db


def html(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def form_of(exam: Exam, answers: dict) -> dict[str, str]:
    """Answers as the page's form sends them: by place in the exam."""
    sent = {}
    for number, key in enumerate(exam.items, 1):
        answer = answers.get(key)
        if isinstance(answer, dict):
            sent |= {f"{number}-{criterion}": str(score) for criterion, score in answer.items()}
        elif answer is not None:
            sent[str(number)] = str(answer)
    return sent


def handed_in(browser, exam: Exam, answers: dict):
    url = reverse("exam", args=[exam.pk])
    return browser.post(url, form_of(exam, answers) | {"hand_in": "yes"}, follow=True)


def begun(browser, slug: str = "accuracy") -> Exam:
    browser.post(reverse("exam_begin", args=[slug]))
    return Exam.objects.latest("pk")


def test_the_course_says_what_to_do_first() -> None:
    publish_course()
    page = html(signed_in(factories.person()).get(reverse("training")))
    assert [page.index(f">{title}<") for title in ("Accuracy", "Nuance", "Calibration", "Clarity", "Whole")] == sorted(
        page.index(f">{title}<") for title in ("Accuracy", "Nuance", "Calibration", "Clarity", "Whole")
    )
    assert page.count("Not tried yet") == 5
    assert page.count("About 30 minutes.") == 5


def test_no_reference_or_reason_is_in_any_page_before_grading() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser, "whole")
    urls = [
        reverse("training"),
        reverse("training_module", args=["whole"]),
        reverse("exam", args=[exam.pk]),
        reverse("exam_result", args=[exam.pk]),
    ]
    half = dict(list(right_answers(exam).items())[:1])
    pages = [browser.get(url, follow=True) for url in urls]
    pages.append(browser.post(reverse("exam", args=[exam.pk]), form_of(exam, half) | {"keep": "yes"}, follow=True))
    pages.append(browser.post(reverse("exam", args=[exam.pk]), form_of(exam, half) | {"hand_in": "yes"}, follow=True))
    for page in pages:
        said = page.content.decode() + str(page.headers)
        assert "SECRET" not in said
        assert "reference" not in re.sub(r"You see the references and the reasons afterwards", "", said)
    assert Exam.objects.get(pk=exam.pk).finished_at is None

    done = browser.post(
        reverse("exam", args=[exam.pk]), form_of(exam, right_answers(exam)) | {"hand_in": "yes"}, follow=True
    )
    assert done.content.decode().count("SECRET-reason") == 3 * 4


def test_what_was_chosen_is_kept_and_checked_when_the_page_is_opened_again() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    key, answer = next((key, answer) for key, answer in right_answers(exam).items() if isinstance(answer, dict))
    url = reverse("exam", args=[exam.pk])
    browser.post(url, form_of(exam, {key: answer}) | {"keep": "yes"})
    page = browser.get(url).content.decode()
    assert re.findall(r'name="([^"]+)" id="[^"]+" value="([^"]+)" checked', page) == [
        (f"{exam.items.index(key) + 1}-accuracy", str(answer["accuracy"]))
    ]
    refused = browser.post(url, form_of(exam, {key: answer}) | {"hand_in": "yes"})
    assert refused.status_code == 422
    assert "5 exercises have no complete answer yet. What you chose is kept." in html(refused)


def test_failing_says_what_to_study_and_offers_fresh_exercises() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    page = html(
        browser.post(
            reverse("exam", args=[exam.pk]), form_of(exam, wrong_answers(exam)) | {"hand_in": "yes"}, follow=True
        )
    )
    assert "Accuracy: not passed yet" in page
    assert "<strong>Accuracy</strong>: 4 scores two or more from the reference" in page
    assert "The next attempt has exercises that you have not seen." in page
    again = begun(browser)
    assert not set(again.items) & set(exam.items)


def test_the_last_module_passed_opens_the_board() -> None:
    publish_course()
    browser = signed_in(factories.person())
    for slug in ("accuracy", "nuance", "calibration", "clarity", "whole"):
        exam = begun(browser, slug)
        page = browser.post(
            reverse("exam", args=[exam.pk]), form_of(exam, right_answers(exam)) | {"hand_in": "yes"}, follow=True
        )
    assert "You are qualified to write." in html(page)


def test_a_graded_exam_shows_its_result_only() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    url = reverse("exam", args=[exam.pk])
    browser.post(url, form_of(exam, right_answers(exam)) | {"hand_in": "yes"})
    assert browser.get(url)["Location"] == reverse("exam_result", args=[exam.pk])
    late = browser.post(url, form_of(exam, wrong_answers(exam)) | {"hand_in": "yes"}, follow=True)
    assert "This exam was handed in already. Nothing was changed." in html(late)


def test_an_admin_checks_a_file_then_publishes_it() -> None:
    admin = signed_in(factories.admin())
    text = text_of("accuracy", ("accuracy",), scores=4, finds=2)
    file = SimpleUploadedFile("accuracy.toml", text.encode())
    checked = admin.post(reverse("training_desk"), {"file": file})
    assert "Accuracy (accuracy) is in order" in html(checked)
    assert not TrainingModule.objects.exists()
    admin.post(reverse("training_desk"), {"body": text, "publish": "yes"})
    assert TrainingModule.objects.get().number == 1
    wrong = admin.post(reverse("training_desk"), {"body": text.replace("accuracy = 1", "accuracy = 9")})
    assert wrong.status_code == 422
    assert "item accuracy-0, reference, accuracy: a whole number from 1 to 5" in html(wrong)
    assert "SECRET-reason-accuracy-0" in html(admin.get(reverse("training_source", args=["accuracy"])))


def test_the_command_publishes_files_and_refuses_all_when_one_is_wrong(tmp_path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(text_of("accuracy", ("accuracy",), scores=4, finds=2))
    bad.write_text("slug = 1")
    with pytest.raises(CommandError, match="Nothing was published") as error:
        call_command("import_training", good, bad)
    assert f"{bad}: the module, slug: a text is missing" in str(error.value)
    assert not TrainingModule.objects.exists()
    call_command("import_training", good)
    assert TrainingModule.objects.get().slug == "accuracy"


def test_what_comes_with_the_product_is_a_whole_course() -> None:
    call_command("import_training")
    course = list(current_modules(ModulePurpose.TRAINING).values_list("slug", flat=True).order_by("slug"))
    assert course == ["accuracy", "calibration", "clarity", "nuance", "whole"]
    items = [item for row in TrainingModule.objects.filter(purpose="training") for item in row.content["items"]]
    assert len(items) >= 60
    assert len({item["domain"] for item in items}) >= 6
    every = [item["key"] for row in TrainingModule.objects.all() for item in row.content["items"]]
    assert len(set(every)) == len(every)
    for row in TrainingModule.objects.filter(purpose="training"):
        taught = [example.get("score") for example in row.content["examples"] if "score" in example]
        assert sorted(taught) in ([1, 2, 3, 4, 5], [])
    tests = TrainingModule.objects.filter(purpose="calibration")
    assert sorted(tests.values_list("slug", flat=True)) == ["reviewers-a", "reviewers-b"]
    for row in tests:
        assert len(row.content["items"]) == 24
        assert sum(bool(item.get("critical")) for item in row.content["items"]) == 8


def test_two_versions_of_a_text_are_told_apart_by_their_fingerprint() -> None:
    one, other = (
        text_of("accuracy", ("accuracy",), scores=4, finds=2),
        text_of("accuracy", ("accuracy",), scores=5, finds=2),
    )
    assert read_module(one).sha256 != read_module(other).sha256
    assert publish(one).pk != publish(other).pk


def secrets_of(module: TrainingModule) -> set[str]:
    """Every sentence of a module that answers an exercise, as a page would show it."""
    texts = []
    for item in module.content["items"]:
        texts += [item.get("reason", ""), item.get("critical_error", ""), *item.get("reasons", {}).values()]
    found = {piece for text in texts for piece in sentences(text)}
    return {words(render_markdown(piece)) for piece in found if len(piece) > 20}


def words(markup: str) -> str:
    """The words of a page, whatever its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.mark.parametrize(
    "slug", ["accuracy", "nuance", "calibration", "clarity", "whole", "reviewers-a", "reviewers-b"]
)
def test_no_page_of_ours_gives_an_exercise_away(slug: str) -> None:
    call_command("import_training")
    expert = factories.expert()
    browser = signed_in(expert)
    module = TrainingModule.objects.get(slug=slug)
    exam = begin_exam(slug=slug, by=expert, at=clock.now())
    url = reverse("exam", args=[exam.pk])
    half = form_of(exam, dict(list(right_answers(exam).items())[:1]))
    answers = [
        browser.get(reverse("training")),
        browser.get(reverse("reviewers_test")),
        browser.get(reverse("training_module", args=[slug]), follow=True),
        browser.get(url),
        browser.get(reverse("exam_result", args=[exam.pk]), follow=True),
        browser.post(url, half | {"keep": "yes"}, follow=True),
        browser.post(url, half, headers={"HX-Request": "true"}),
        browser.post(url, half | {"hand_in": "yes"}),
    ]
    secrets = secrets_of(module)
    assert len(secrets) > 20
    for answer in answers:
        raw = answer.content.decode() + str(answer.headers)
        shown = words(raw)
        assert [secret for secret in secrets if secret in shown] == []
        # Keys tell where in the file an item stands. Nor does the markup set any item apart from the others.
        assert [item["key"] for item in module.content["items"] if item["key"] in raw] == []
        assert "critical=" not in raw


def test_each_choice_is_kept_as_it_is_made() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    url, quiet = reverse("exam", args=[exam.pk]), {"HX-Request": "true"}
    place = next(n for n, key in enumerate(exam.items, 1) if "find" not in key)
    kept = browser.post(url, {f"{place}-accuracy": "4"}, headers=quiet)
    assert html(kept).startswith('Kept <time datetime="')
    exam.refresh_from_db()
    assert exam.answers == {exam.items[place - 1]: {"accuracy": 4}}
    refused = browser.post(url, {f"{place}-accuracy": "6"}, headers=quiet)
    assert (refused.status_code, html(refused)) == (
        422,
        "Something was sent that this exam does not ask for. Nothing was changed. Reload the page to see what is kept.",
    )
    handed_in(browser, exam, right_answers(exam))
    late = browser.post(url, {f"{place}-accuracy": "3"}, headers=quiet)
    # Told and not sent anywhere: the page may be on its way to the result by itself.
    assert "HX-Redirect" not in late.headers
    assert html(late) == f'This exam was handed in already. <a href="{url}result/">See the result</a>'
    assert Exam.objects.get().passed


@pytest.mark.parametrize(
    "sent",
    [
        {"99-accuracy": "3"},
        {"1-nuance": "3"},
        {"passed": "true"},
        {"1-accuracy": "0"},
        {"1-accuracy": "6"},
        {"1-accuracy": "-1"},
        {"1-accuracy": "4.0"},
        {"1-accuracy": "٤"},
        {"1-accuracy": ""},
        {"1-accuracy": "9" * 5000},
    ],
)
@pytest.mark.parametrize("button", ["hand_in", "keep"])
def test_what_the_page_does_not_ask_is_refused_in_a_sentence(sent: dict, button: str) -> None:
    publish_course()
    expert = factories.person()
    browser = signed_in(expert)
    exam = begin_exam(slug="accuracy", by=expert, at=clock.now(), seed=next(scored_first()))
    answer = browser.post(reverse("exam", args=[exam.pk]), form_of(exam, right_answers(exam)) | sent | {button: "yes"})
    assert answer.status_code == 422
    assert "Something was sent that this exam does not ask for. Nothing was changed." in html(answer)
    exam.refresh_from_db()
    assert (exam.answers, exam.finished_at) == ({}, None)


def scored_first() -> Iterator[int]:
    """Seeds whose exam of the small course begins with an item to score."""
    module = module_of(current_module("accuracy"))
    at = clock.now()
    return (seed for seed in count() if "find" not in choose(module, seen={}, seed=seed, at=at)[0])


def test_an_exam_in_two_windows_is_one_exam() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    assert begun(browser) == exam
    first = handed_in(browser, exam, right_answers(exam))
    second = handed_in(browser, exam, wrong_answers(exam))
    assert "Accuracy: passed" in html(first)
    assert "This exam was handed in already. Nothing was changed." in html(second)
    assert Exam.objects.get().passed


def test_when_all_was_seen_the_page_says_when_items_come_back() -> None:
    publish_course(sets=1)
    browser = signed_in(factories.person())
    exam = begun(browser)
    handed_in(browser, exam, wrong_answers(exam))
    page = browser.get(reverse("training_module", args=["accuracy"]))
    assert "You have seen every exercise of this module. Those that you saw first come back <time" in html(page)
    assert "Begin" not in html(page)
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        browser = signed_in(exam.user)
        page = html(browser.get(reverse("training_module", args=["accuracy"])))
        assert "this attempt asks those again that you saw longest ago" in page
        assert sorted(begun(browser).items) == sorted(exam.items)


def test_the_reviewers_test_says_what_is_missing_before_it_opens() -> None:
    publish_course()
    stranger, expert = signed_in(factories.person()), signed_in(factories.expert())
    url, begin = reverse("reviewers_test"), reverse("reviewers_begin")
    assert "The test is open to those who passed the training." in html(stranger.get(url))
    refused = html(stranger.post(begin, follow=True))
    assert "The reviewers' test is open to those who passed the training. Pass the modules first." in refused
    assert not Exam.objects.exists()
    assert "Begin" in html(expert.get(url))
    expert.post(begin)
    exam = Exam.objects.get()
    assert "Go on" in html(expert.get(url))
    page = html(handed_in(expert, exam, wrong_answers(exam)))
    assert "You can take the test again from <time" in page
    assert "You can take it again from <time" in html(expert.get(url))
    assert expert.get(reverse("training_module", args=[exam.slug]))["Location"] == url


def test_an_admin_sees_what_a_new_version_changes_and_gets_the_file_back() -> None:
    admin = signed_in(factories.admin())
    text = text_of("accuracy", ("accuracy",), scores=4, finds=2)
    publish(text)
    edited = text.replace("Task accuracy 1?", "Task one?").replace('key = "accuracy-2"', 'key = "accuracy-9"')
    page = html(admin.post(reverse("training_desk"), {"body": edited}))
    assert "<dt>New exercises</dt><dd>accuracy-9</dd>" in page
    assert "<dt>Changed exercises</dt><dd>accuracy-1</dd>" in page
    assert "<dt>Exercises no longer asked</dt><dd>accuracy-2</dd>" in page
    same = html(admin.post(reverse("training_desk"), {"body": text + "\n# a remark"}))
    assert "It says the same as the version that people take now." in same
    admin.post(reverse("training_desk"), {"body": edited, "publish": "yes"})
    for number, source in ((1, text), (2, edited)):
        file = admin.get(reverse("training_file", args=["accuracy", number]))
        assert file.content.decode() == source
        assert file["Content-Disposition"] == f'attachment; filename="accuracy-{number}.toml"'
    assert admin.get(reverse("training_file", args=["accuracy", 3])).status_code == 404


def test_a_file_that_is_not_text_or_too_large_is_refused() -> None:
    admin = signed_in(factories.admin())
    for body, said in (
        (b"\xff\xfe", "The file is not UTF-8 text."),
        (b"#" * 2**20 + b"#", "A module is at most 1 MB."),
    ):
        answer = admin.post(reverse("training_desk"), {"file": SimpleUploadedFile("a.toml", body)})
        assert answer.status_code == 422
        assert said in html(answer)


def test_an_admin_takes_other_proof_and_takes_it_back() -> None:
    publish_course()
    someone, admin = factories.person(), factories.admin()
    browser, url = signed_in(admin), reverse("person_training", args=[someone.pk])
    assert "None yet. Passing every module gives the first." in html(browser.get(url))
    grant = reverse("qualification_grant", args=[someone.pk])
    assert browser.post(grant, {"kind": "writing", "reason": " "}).status_code == 422
    browser.post(grant, {"kind": "writing", "reason": "Wrote the rubric."})
    held = someone.qualifications.get()
    assert "Wrote the rubric." in html(browser.get(url))
    revoke = reverse("qualification_revoke", args=[someone.pk, held.pk])
    browser.post(revoke, {"reason": ""})
    assert someone.qualifications.get().revoked_at is None
    page = html(browser.post(revoke, {"reason": "Two alarms."}, follow=True))
    assert f"{someone} is no longer qualified: writing." in page
    theirs = html(signed_in(someone).get(reverse("training")))
    assert "Your qualification to write was taken back" in theirs
    assert "Two alarms." in theirs
    own = reverse("qualification_grant", args=[admin.pk])
    refused = html(browser.post(own, {"kind": "writing", "reason": "Me."}, follow=True))
    assert "Another admin does this, never for themselves." in refused


def test_importing_keeps_what_an_admin_published(capsys) -> None:
    call_command("import_training")
    row = current_module("accuracy")
    edited = read_module(row_source(row) + "\n# by hand")
    publish_module(module=edited, by=factories.admin(), at=clock.now())
    capsys.readouterr()
    call_command("import_training")
    said = capsys.readouterr().out
    assert "accuracy: version 2, which an admin published and which stays" in said
    assert "nuance: version 1\n" in said
    assert TrainingModule.objects.count() == 8


def row_source(row: TrainingModule) -> str:
    return TrainingModule.objects.get(pk=row.pk).source
