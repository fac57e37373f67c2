"""What may be done only so often: whose tries are counted together, and how a refusal reads."""

import pytest
from flask import Flask

from certificates.certificate import Certificate
from certificates.pdf import Printer
from lms import counting
from lms.models import Throttle
from lms.pages import attempts, awards, loading
from tests.lms.people import EMAIL, PASSWORD, account, another, sign_in
from tests.lms.test_learning import COURSE, SLUG, begin, get_award, pass_course
from tests.lms.test_sessions import WRONG, move_clock, try_to
from tests.page_checks import CheckingClient

QUIZ = f"{COURSE}/quizzes/final"


def at(app: Flask, address: str) -> CheckingClient:
    """A browser at an address."""
    client = another(app)
    client.environ_base["REMOTE_ADDR"] = address
    return client


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("2001:db8:1:3::6", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("unix:", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_network(app: Flask, address: str, network: str) -> None:
    """An IPv4 address counts for itself, one of IPv6 for its /64: the least that one customer holds."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert counting.caller() == network


def test_guesses_by_others_shut_nobody_out(app: Flask) -> None:
    """Whoever guesses without a pause, in one network or in several, the owner signs in from theirs at once."""
    account(app)
    for network in range(4):
        guesser = at(app, f"2001:db8:0:{network}::1")
        for _ in range(12):
            try_to(guesser)
        assert "Wait " in try_to(guesser)
    assert sign_in(at(app, "203.0.113.9")) == 302


def test_other_addresses_of_a_network_bring_no_more_tries(app: Flask) -> None:
    """Who has a whole IPv6 network guesses no faster than from one address in it."""
    account(app)
    for number in range(5):
        assert "not right" in try_to(at(app, f"2001:db8::{number}"))
    assert "Wait 2 seconds" in try_to(at(app, "2001:db8::ffff"))


def test_many_networks_together_are_slow_too(app: Flask) -> None:
    """All networks together have a hundred tries an hour at one account; then a link by mail is the way in."""
    account(app)
    for network in range(20):
        for _ in range(5):
            assert "not right" in try_to(at(app, f"203.0.113.{network}"))
    owner = at(app, "198.51.100.1")
    assert "Wait 60 minutes" in try_to(owner, PASSWORD)
    owner.get("/forgotten-password")
    assert "has an account here" in owner.send("/forgotten-password", email=EMAIL).text
    move_clock(app, 3601)
    assert sign_in(owner) == 302


def test_signing_in_is_no_guess(app: Flask) -> None:
    """Who signs in rightly, however often, uses up nothing."""
    account(app)
    client = at(app, "203.0.113.9")
    for _ in range(8):
        assert sign_in(client) == 302
        client.get("/account")
        client.get("/leave")
    assert sign_in(client) == 302


def test_one_who_hammers_does_not_slow_a_class(app: Flask) -> None:
    """Tries that come too soon at one account leave the others behind the same address alone."""
    account(app), account(app, "other@example.org")
    for _ in range(50):
        try_to(at(app, "203.0.113.9"))
    assert sign_in(at(app, "203.0.113.9"), "other@example.org") == 302


@pytest.mark.parametrize("path", ["/sign-in", "/account/password", "/account/email", "/account/deletion"])
def test_too_soon_says_when(client: CheckingClient, app: Flask, path: str) -> None:
    """A password that comes too soon is answered 429 with the time to wait; the form is there, and what was typed."""
    account(app)
    if path != "/sign-in":
        sign_in(client)
    client.get(path)
    typed = EMAIL if path == "/sign-in" else "new@example.org"
    fields = {"email": typed, "password": WRONG, "new_password": "seven brass umbrellas"}
    answers = [client.send(path, **fields) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert answers[-1].headers["Retry-After"] in ("1", "2") and "Retry-After" not in answers[0].headers
    page = answers[-1].text
    assert 'href="#password"' in page and "data-focus" in page and WRONG not in page
    assert path in ("/account/password", "/account/deletion") or f'value="{typed}"' in page


@pytest.mark.parametrize("path", ["/sign-up", "/forgotten-password"])
def test_too_many_mails(client: CheckingClient, path: str) -> None:
    """More mails than are sent in an hour are refused with 429, and the address stays in the form."""
    client.get(path)
    answers = [client.send(path, email=EMAIL) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "3600" and f'value="{EMAIL}"' in answers[-1].text


def refused(answer: object) -> None:
    """A page that a person can act on, with the time to wait."""
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "3600"  # type: ignore[attr-defined]
    assert "Please wait a little" in answer.text and "is safe" in answer.text  # type: ignore[attr-defined]


def test_new_guests_are_counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One network begins only so many guests an hour; who has begun goes on, and other networks are not told."""
    monkeypatch.setattr(loading, "GUESTS", 3)
    first = at(app, "203.0.113.9")
    begin(first)
    for _ in range(2):
        begin(at(app, "203.0.113.9"))
    late = at(app, "203.0.113.9")
    late.get(f"{COURSE}/before")
    refused(late.send("/enrolments", course=SLUG))
    first.get(QUIZ)
    assert first.send(f"{QUIZ}/attempts").status_code == 302
    begin(at(app, "203.0.113.10"))


def test_a_school_may_begin() -> None:
    """The limit is no less than what a school with ten classes needs in one hour."""
    assert loading.GUESTS >= 10 * 30


def test_attempts_are_counted(client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person begins only so many attempts an hour; others in the same network are not told."""
    monkeypatch.setattr(attempts, "ATTEMPTS", 2)
    begin(client), begin(other := another(app))
    for each in (client, other):
        for _ in range(2):
            each.get(QUIZ)
            assert each.send(f"{QUIZ}/attempts").status_code == 302
    refused(client.send(f"{QUIZ}/attempts"))


def test_certificates_are_counted(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person has only so many PDFs drawn an hour."""
    monkeypatch.setattr(awards, "PDFS", 1)
    pass_course(client, app)
    award = get_award(client, "Sam")
    assert client.get(f"{award}/certificate.pdf").mimetype == "application/pdf"
    refused(client.get(f"{award}/certificate.pdf"))


def test_looking_up_certificates_is_counted(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the page of a certificate nor the form about its name shows it once too many were looked up."""
    pass_course(client, app)
    code = client.get(get_award(client, "Sam")).text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get(f"/check/{code}")
    monkeypatch.setattr(Throttle, "allows", lambda *_args, **_named: False)
    for answer in (client.get(f"/check/{code}"), client.send(f"/check/{code}/name-matches", name="Sam")):
        refused(answer)
        assert "Awarded" not in answer.text


def test_what_a_certificate_does_not_show(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has no account can begin again as somebody new: paper and check page say that the name is unchecked."""
    printed: list[Certificate] = []
    pass_course(client, app)
    award = get_award(client, "Sam")
    monkeypatch.setattr(Printer, "print_certificate", lambda _self, given: printed.append(given) or b"%PDF")
    client.get(f"{award}/certificate.pdf")
    assert printed[0].name_given_by_learner
    code = client.get(award).text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    assert "Nobody checked who they are" in client.get(f"/check/{code}").text
