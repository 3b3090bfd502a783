"""What every page shares: the shell, the forms, the pages of refusal, and no inline style or script."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse

from tests.factories import PASSWORD, person

TEMPLATES = Path(__file__).parents[2] / "templates"

SIGNED_OUT = [
    "home",
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
SIGNED_IN = ["home", "account_email", "account_change_password", "account_logout", "account_reauthenticate"]


def check_frame(html: str) -> None:
    """One title, one main, one first heading, a language, a way past the header; nothing the policy would refuse."""
    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    assert '<html lang="en-gb">' in html
    assert 'href="#content"' in html
    assert re.search(r"<title>[^<]+ · Pasiflora</title>", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\ssrc=|\stype=.application/json.))", html)


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_OUT)
def test_a_page_for_strangers_has_the_frame(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    check_frame(answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_for_somebody_signed_in_has_the_frame(client, name):
    user = person()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    html = answer.content.decode()
    check_frame(html)
    assert f"Signed in as {user.email}" in html


@pytest.mark.django_db
def test_signing_in_says_nothing_and_signing_out_says_so(client):
    user = person()
    home = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)
    assert [str(message) for message in home.context["messages"]] == []
    home = client.post(reverse("account_logout"), follow=True)
    assert [str(message) for message in home.context["messages"]] == ["You have signed out."]


@pytest.mark.django_db
def test_a_wrong_password_is_told_above_the_form_and_the_address_is_kept(client):
    user = person()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": "not this"})
    html = answer.content.decode()
    assert '<div role="alert"><ul class="errorlist nonfield">' in html
    assert f'value="{user.email}"' in html


@pytest.mark.django_db
def test_the_mail_about_a_forgotten_password_carries_one_link_and_no_greeting(client):
    user = person()
    client.post(reverse("account_reset_password"), {"email": user.email})
    (sent,) = mail.outbox
    assert sent.subject == "Choose a new password"
    (link,) = re.findall(r"http://\S+", sent.body)
    answer = client.get(link, follow=True)
    check_frame(answer.content.decode())
    assert "Save the new password" in answer.content.decode()
    assert sent.body.endswith("\n\nPasiflora")


@pytest.mark.django_db
def test_a_spent_link_says_what_to_do(client):
    answer = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "a-b"}))
    assert "This link has expired or was used before." in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_gets_the_page_of_nothing_there(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    check_frame(answer.content.decode())


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_a_page_of_last_resort_renders_without_request_or_files(name):
    html = render_to_string(name)
    assert html.count("<h1>") == 1
    assert re.findall(r'(?:src|href)="([^"]+)"', html) == ["/static/plain.css", "/", "/"]


class Sample(forms.Form):
    """One field of each shape."""

    title = forms.CharField(help_text="As it is written.")
    kind = forms.ChoiceField(choices=[("a", "Degree")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree")
    note = forms.CharField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_is_tied_to_its_hint_and_to_its_error():
    html = Sample({"kind": "a", "agree": "on"}).as_div()
    assert '<label class="field__label" for="id_title">Title</label>' in html
    assert '<div class="field__hint" id="id_title_helptext">As it is written.</div>' in html
    assert '<ul class="errorlist field__error" id="id_title_error"><li>This field is required.</li></ul>' in html
    (control,) = re.findall(r'<input[^>]* name="title"[^>]*>', html)
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="id_title_helptext id_title_error"' in control


def test_choices_have_a_legend_and_optional_fields_say_so():
    html = Sample().as_div()
    assert "<legend>Kind</legend>" in html
    assert 'Note <span class="field__optional">(optional)</span></label>' in html
    assert html.count("(optional)") == 1
    assert html.count('name="hidden"') == 1


def test_no_template_carries_what_the_policy_refuses():
    refused = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(?:\ssrc=|\stype=.application/json.))|hx-on|javascript:"
    )
    found = {str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html") if refused.search(file.read_text())}
    assert found == set()


@pytest.mark.django_db
def test_a_page_travels_compressed_and_what_programs_read_does_not(client):
    able = {"Accept-Encoding": "gzip"}
    page = client.get("/", headers=able)
    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]
    check_frame(gzip.decompress(page.content).decode())
    assert "Content-Encoding" not in client.get("/").headers
    assert "Content-Encoding" not in client.get(reverse("api_schema"), headers=able).headers


def test_pages_whose_parts_ask_for_themselves_bring_what_it_takes_and_no_others():
    asking = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if "hx-" in path.read_text()}
    wanting, bringing = set(), set()
    for path in TEMPLATES.rglob("*.html"):
        text, name = path.read_text(), str(path.relative_to(TEMPLATES))
        parts = {name, *re.findall(r'include "([^"]+)"', text)}
        if "{% extends" in text and parts & asking:
            wanting.add(name)
        if 'include "components/swapping.html"' in text:
            bringing.add(name)
    assert wanting == bringing != set()
