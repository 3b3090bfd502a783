"""An address at an institution, confirmed by a code."""

import re
from datetime import timedelta

import pytest

from experts.actions.drafts import Incomplete, NotOpen, send_credential
from experts.actions.institution_email import TooManyCodes, WrongCode, confirm_address, send_code
from experts.models import AddressConfirmation, Credential, KnownHost, User
from experts.queries.drafts import checklist_of, confirmed_address, same_address_elsewhere
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotYours
from pasiflora.kernel.mail import send
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import NOON
from tests.factories_kinds import copy_of, draft, sent

pytestmark = pytest.mark.django_db
ADDRESS = "mira@hospital.example"


def employment(by: User | None = None) -> Credential:
    return draft(by, "employment", copy=copy_of("employment", link="", email="Mira@Hospital.Example"))


def asked(credential: Credential | None = None, *, at=NOON, address: str = ADDRESS) -> AddressConfirmation:
    credential = credential or employment()
    return send_code(credential=credential, by=credential.user, at=at, address=address)


def digits() -> str:
    found = re.search(r"Your code: (\d{6})\n", OutgoingMail.objects.latest("pk").body)
    assert found
    return found[1]


def enter(confirmation: AddressConfirmation, code: str, *, at=NOON, address: str = ADDRESS) -> AddressConfirmation:
    credential = confirmation.credential
    return confirm_address(credential=credential, by=credential.user, at=at, address=address, code=code)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_that_came_confirms_the_address_and_the_employment_can_be_sent() -> None:
    one = asked(address=" Mira@Hospital.Example ")
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject, mail.secret) == (ADDRESS, "Your code for Pasiflora", True)
    with pytest.raises(Incomplete, match="An address there confirmed by a code"):
        send_credential(credential=one.credential, by=one.user, at=NOON)
    code = digits()
    done = enter(one, f" {code[:3]} {code[3:]} ", at=NOON + timedelta(minutes=14))
    assert (done.confirmed_at, done.code, done.tries) == (NOON + timedelta(minutes=14), "", 1)
    assert confirmed_address(one.credential) == one
    assert send_credential(credential=one.credential, by=one.user, at=NOON).state == "submitted"
    assert list(AuditEvent.objects.filter(object_type="addressconfirmation").values_list("verb", flat=True)) == [
        "address.code_sent",
        "address.confirmed",
    ]


def test_neither_the_row_nor_the_log_holds_the_code_and_the_mail_forgets_it() -> None:
    one, code = asked(), digits()
    assert code not in str(AddressConfirmation.objects.values().get())
    assert code not in str(list(AuditEvent.objects.values()))
    assert re.fullmatch("[0-9a-f]{64}", one.code)
    mail = OutgoingMail.objects.get()
    send(mail_id=mail.pk, at=NOON)
    mail.refresh_from_db()
    assert mail.body == ""


@pytest.mark.parametrize("minutes", [15, 60 * 24])
def test_a_late_code_is_a_wrong_code(minutes: int) -> None:
    one = asked()
    with pytest.raises(WrongCode) as late:
        enter(one, digits(), at=NOON + timedelta(minutes=minutes))
    with pytest.raises(WrongCode) as never:
        confirm_address(credential=one.credential, by=one.user, at=NOON, address="other@hospital.example", code="1")
    assert late.value.sentence == never.value.sentence


def test_after_five_tries_the_right_code_is_wrong_too() -> None:
    one, code = asked(), digits()
    for _ in range(5):
        with pytest.raises(WrongCode):
            enter(one, wrong(code))
    with pytest.raises(WrongCode):
        enter(one, code)
    one.refresh_from_db()
    assert (one.tries, one.confirmed_at) == (5, None)


def test_the_fifth_try_may_be_the_right_one() -> None:
    one, code = asked(), digits()
    for _ in range(4):
        with pytest.raises(WrongCode):
            enter(one, wrong(code))
    assert enter(one, code).confirmed_at == NOON


def test_a_code_is_worth_nothing_for_another_address_or_another_credential() -> None:
    one, code = asked(), digits()
    with pytest.raises(WrongCode):
        enter(one, code, address="chief@hospital.example")
    other = employment(one.user)
    with pytest.raises(WrongCode):
        confirm_address(credential=other, by=other.user, at=NOON, address=ADDRESS, code=code)


def test_only_the_newest_code_holds() -> None:
    one, old = asked(), digits()
    asked(one.credential, at=NOON + timedelta(minutes=2))
    new = digits()
    if old != new:
        with pytest.raises(WrongCode):
            enter(one, old, at=NOON + timedelta(minutes=3))
    assert enter(one, new, at=NOON + timedelta(minutes=3)).confirmed_at == NOON + timedelta(minutes=3)


def test_the_button_pressed_twice_sends_one_code() -> None:
    one = asked()
    assert asked(one.credential, at=NOON + timedelta(seconds=59)) == one
    assert OutgoingMail.objects.count() == 1


def test_one_person_gets_three_codes_an_hour_whatever_the_addresses() -> None:
    credential = employment()
    for n in range(3):
        asked(credential, address=f"n{n}@hospital.example")
    with pytest.raises(TooManyCodes):
        asked(credential)
    assert asked(credential, at=NOON + timedelta(minutes=61)).address == ADDRESS


def test_one_address_gets_three_codes_an_hour_whoever_asks() -> None:
    for _ in range(3):
        asked(employment())
    with pytest.raises(TooManyCodes):
        asked(employment())
    assert OutgoingMail.objects.count() == 3


def test_an_address_that_another_account_confirmed_is_told_only_to_admins() -> None:
    first, second = employment(), employment()
    for credential in (first, second):
        one = asked(credential)
        done = enter(one, digits())
        assert done.confirmed_at == NOON
    assert same_address_elsewhere(confirmed_address(second)) == [first.user]
    assert same_address_elsewhere(confirmed_address(first)) == [second.user]


def test_an_address_changed_afterwards_is_no_longer_confirmed() -> None:
    one = asked()
    enter(one, digits())
    for address, met in ((ADDRESS, True), ("chief@hospital.example", False)):
        items = checklist_of(one.credential, today=NOON.date(), copy=copy_of("employment", link="", email=address))
        assert {item.text: item.met for item in items}[
            "An address there confirmed by a code, or a file, or a page with the name on it"
        ] is met


def test_only_its_owner_asks_and_only_for_an_employment_that_is_open() -> None:
    credential = employment()
    with pytest.raises(NotYours):
        send_code(credential=credential, by=factories.admin(), at=NOON, address=ADDRESS)
    degree = draft()
    with pytest.raises(Invalid, match="Only an employment"):
        send_code(credential=degree, by=degree.user, at=NOON, address=ADDRESS)
    done = sent(kind="employment")
    with pytest.raises(NotOpen):
        send_code(credential=done, by=done.user, at=NOON, address=ADDRESS)
    with pytest.raises(Invalid, match=r"give an address such as name@university\.example"):
        asked(credential, address="mira")
    assert OutgoingMail.objects.count() == 0


@pytest.fixture
def lists() -> None:
    KnownHost.objects.bulk_create(
        KnownHost(kind=kind, host=host, name=name, country=country)
        for kind, host, name, country in [
            ("university", "uni.edu", "University of Examples", "US"),
            ("abused", "sold.edu", "", ""),
            ("stop", "alumni.edu", "", ""),
            ("university", "sold.edu", "Sold", "US"),
            ("disposable", "throwaway.com", "", ""),
            ("free", "freemail.com", "", ""),
            ("suffix", "edu", "", ""),
            ("suffix", "com", "", ""),
        ]
    )


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("a@throwaway.com", "This is a throw-away address."),
        ("a@mail.sold.edu", "Addresses at this host are given to people who are not there"),
        ("a@freemail.com", "This is a free mail address."),
    ],
)
def test_addresses_that_prove_nothing_get_no_code(lists: None, address: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=f"^{sentence}"):
        asked(address=address)
    assert (OutgoingMail.objects.count(), AddressConfirmation.objects.count()) == (0, 0)


@pytest.mark.parametrize(("address", "outcome"), [("mira@cs.uni.edu", "found"), ("mira@firm.com", "unknown")])
def test_what_the_lists_say_is_kept_with_the_confirmation(lists: None, address: str, outcome: str) -> None:
    one = asked(address=address)
    enter(one, digits(), address=address)
    assert confirmed_address(one.credential).finding["outcome"] == outcome


def test_without_lists_a_code_is_sent_and_it_is_said_that_nothing_was_checked() -> None:
    assert asked().finding["sentence"] == "Could not be checked: no list of institutions is loaded."
