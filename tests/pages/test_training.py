"""Training in the browser: nothing that answers an exercise is in any page before it is graded."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from experts.models import Exam, TrainingModule
from experts.queries.training import current_modules
from experts.states import ModulePurpose
from experts.training.content import read_module
from tests import factories
from tests.guards.world import signed_in
from tests.training import publish, publish_course, right_answers, text_of, wrong_answers

pytestmark = pytest.mark.django_db


def html(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def form_of(answers: dict) -> dict[str, str]:
    """Answers as the page's form sends them."""
    sent = {}
    for key, answer in answers.items():
        if isinstance(answer, dict):
            sent |= {f"{key}-{criterion}": str(score) for criterion, score in answer.items()}
        else:
            sent[key] = str(answer)
    return sent


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
    pages.append(browser.post(reverse("exam", args=[exam.pk]), form_of(half) | {"keep": "yes"}, follow=True))
    pages.append(browser.post(reverse("exam", args=[exam.pk]), form_of(half) | {"hand_in": "yes"}, follow=True))
    for page in pages:
        said = page.content.decode() + str(page.headers)
        assert "SECRET" not in said
        assert "reference" not in re.sub(r"You see the references and the reasons afterwards", "", said)
    assert Exam.objects.get(pk=exam.pk).finished_at is None

    done = browser.post(reverse("exam", args=[exam.pk]), form_of(right_answers(exam)) | {"hand_in": "yes"}, follow=True)
    assert done.content.decode().count("SECRET-reason") == 3 * 4


def test_what_was_chosen_is_kept_and_checked_when_the_page_is_opened_again() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    key, answer = next((key, answer) for key, answer in right_answers(exam).items() if isinstance(answer, dict))
    url = reverse("exam", args=[exam.pk])
    browser.post(url, form_of({key: answer}) | {"keep": "yes"})
    page = browser.get(url).content.decode()
    assert re.findall(r'name="([^"]+)" id="[^"]+" value="([^"]+)" checked', page) == [
        (f"{key}-accuracy", str(answer["accuracy"]))
    ]
    refused = browser.post(url, form_of({key: answer}) | {"hand_in": "yes"})
    assert refused.status_code == 422
    assert "5 answers are missing or do not fit. What you chose is kept." in html(refused)


def test_failing_says_what_to_study_and_offers_fresh_exercises() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    page = html(
        browser.post(reverse("exam", args=[exam.pk]), form_of(wrong_answers(exam)) | {"hand_in": "yes"}, follow=True)
    )
    assert "Accuracy: not passed yet" in page
    assert "What to study:</strong> Accuracy." in page
    assert "The next attempt has exercises that you have not seen." in page
    again = begun(browser)
    assert not set(again.items) & set(exam.items)


def test_the_last_module_passed_opens_the_board() -> None:
    publish_course()
    browser = signed_in(factories.person())
    for slug in ("accuracy", "nuance", "calibration", "clarity", "whole"):
        exam = begun(browser, slug)
        page = browser.post(
            reverse("exam", args=[exam.pk]), form_of(right_answers(exam)) | {"hand_in": "yes"}, follow=True
        )
    assert "You are qualified to write." in html(page)


def test_a_graded_exam_shows_its_result_only() -> None:
    publish_course()
    browser = signed_in(factories.person())
    exam = begun(browser)
    url = reverse("exam", args=[exam.pk])
    browser.post(url, form_of(right_answers(exam)) | {"hand_in": "yes"})
    assert browser.get(url)["Location"] == reverse("exam_result", args=[exam.pk])
    late = browser.post(url, form_of(wrong_answers(exam)) | {"hand_in": "yes"}, follow=True)
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
    assert f"{bad}: slug: a text is missing" in str(error.value)
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


def test_worked_examples_are_never_exercises() -> None:
    call_command("import_training")
    for row in TrainingModule.objects.all():
        shown = {example["response"] for example in row.content.get("examples", [])}
        assert not shown & {item["response"] for item in row.content["items"]}


def test_two_versions_of_a_text_are_told_apart_by_their_fingerprint() -> None:
    one, other = (
        text_of("accuracy", ("accuracy",), scores=4, finds=2),
        text_of("accuracy", ("accuracy",), scores=5, finds=2),
    )
    assert read_module(one).sha256 != read_module(other).sha256
    assert publish(one).pk != publish(other).pk
