"""Making an account, changing it, taking it away; and what its mails say."""

import datetime
import json

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from lms import links, passwords
from lms.db import db
from lms.library import live_courses
from lms.models import AuditEvent, Award, Delivery, Enrolment, Session, User
from lms.outbox import send_next
from tests.lms.people import EMAIL, PASSWORD, account, another, link, mails, sign_in
from tests.lms.test_learning import COURSE, SLUG, begin, get_award, pass_course, start_quiz
from tests.page_checks import CheckingClient

NEW = "another wholly good one"


def ask(client: CheckingClient, email: str = EMAIL, **fields: str) -> str:
    client.get("/sign-up")
    answer = client.send("/sign-up", email=email, **fields)
    assert answer.status_code == 200
    return answer.text


def finish(client: CheckingClient, address: str, password: str = PASSWORD, name: str = "") -> int:
    client.get(address)
    return client.send(address, new_password=password, name=name).status_code


def user_of(email: str = EMAIL) -> User:
    """The row, within an app context."""
    return db.session.scalars(select(User).where(User.email == email)).one()


def test_a_new_account(client: CheckingClient, app: Flask) -> None:
    """An address, a link, a password: then one is signed in, here and later anywhere."""
    ask(client, " Sam@Example.ORG ")
    address = link(app, "sign-up")
    assert finish(client, address, name="Zoë") == 302
    assert "sam@example.org" in client.get("/account").text and "Zoë" in client.get("/account").text
    assert sign_in(another(app), "SAM@example.org") == 302
    assert client.get(address).status_code == 410


def test_the_guest_becomes_the_account(client: CheckingClient, app: Flask) -> None:
    """Who says yes takes along what they did as a guest; their code and their old session stop working."""
    attempt = pass_course(client, app)
    client.get("/come-back/code")
    code = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    assert "checked" in client.get("/sign-up").text
    ask(client, take="y")
    phone = another(app)
    assert finish(phone, link(app, "sign-up")) == 302
    assert phone.get(f"{attempt}/result").status_code == 200
    assert client.get(f"{attempt}/result").status_code == 403
    client.get("/come-back")
    assert client.send("/come-back", code=code).status_code == 422
    assert phone.get("/come-back/code").location == "/account"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_a_guest_may_leave_it_behind(client: CheckingClient, app: Flask) -> None:
    """Who says no gets an account with nothing in it, and is not asked again."""
    begin(client)
    ask(client)
    client.get(address := link(app, "sign-up"))
    answer = client.send(address, new_password=PASSWORD)
    assert answer.location == "/" and "Carry on" not in client.get("/").text
    with app.app_context():
        guest = db.session.scalars(select(User).where(User.guest)).one()
        assert Enrolment.of(guest, COURSE.rpartition("/")[2])


def test_signing_up_tells_nobody_who_has_an_account(client: CheckingClient, app: Flask) -> None:
    """The page is the same for a known address; only the mail says that there is an account already."""
    account(app)
    known, unknown = ask(client), ask(client, "new@example.org")
    assert known.replace(EMAIL, "X") == unknown.replace("new@example.org", "X")
    first, second = mails(app)
    assert "/sign-in" in first.text and "/forgotten-password" in first.text and "/sign-up/" not in first.text
    assert "/sign-up/" in second.text


def readable(address: str) -> str:
    """What anyone can read in a link, without our key."""
    return repr(URLSafeTimedSerializer("no key of ours").loads_unsafe(address.rpartition("/")[2])[1])


def test_links_name_nobody(client: CheckingClient, app: Flask) -> None:
    """No link holds an address, for a browser's history or whoever looks on; sent and gone, it works all the same."""
    ask(client)
    address = link(app, "sign-up")
    assert "delivery" in readable(address) and "sam" not in readable(address)
    with app.app_context():
        assert send_next(lambda *_: None)
    assert finish(client, address) == 302
    ask_for(client, "new@example.org")
    old = link(app, "email-change")
    client.get(old)
    client.send(old, agreed="yes")
    new = link(app, "new-email")
    assert not [each for each in (old, new) if "example" in readable(each)]
    with app.app_context():
        while send_next(lambda *_: None):
            pass
    assert "new@example.org" in client.get(new).text
    assert "new@example.org" in client.send(new).text


def test_two_links_make_one_account(client: CheckingClient, app: Flask) -> None:
    """Asked for twice, both links lead to one account: the second finds it made and changes nothing."""
    ask(client)
    first = link(app, "sign-up")
    ask(client)
    second = link(app, "sign-up")
    client.get(second)
    assert finish(another(app), first) == 302
    assert client.send(second, new_password=NEW).status_code == 409
    assert sign_in(another(app)) == 302


@pytest.mark.parametrize(
    "email",
    [
        "",
        "sam",
        "sam@",
        "@example.org",
        "a b@example.org",
        "a@b",
        "a@b.org\nBcc: c@d.org",
        "x" * 250 + "@b.org",
        "ł@example.org",
    ],
)
def test_addresses_that_mail_cannot_go_to(client: CheckingClient, app: Flask, email: str) -> None:
    """What is no address is asked for again, and nothing is sent."""
    client.get("/sign-up")
    answer = client.send("/sign-up", email=email)
    assert answer.status_code == 422 and "such as sam@example.org" in answer.text
    assert mails(app) == []


def test_nobody_is_flooded_with_mail(client: CheckingClient, app: Flask) -> None:
    """After five mails of a kind in an hour to one address there are no more, known or not."""
    account(app)
    for email in (EMAIL, "new@example.org"):
        for _ in range(5):
            ask(client, email)
        assert "asked too often" in client.send("/sign-up", email=email).text
    assert len(mails(app)) == 10


def test_links_are_ours_fresh_and_whole(client: CheckingClient, app: Flask) -> None:
    """A link that is too old, changed, or meant for another page does not work."""
    ask(client)
    address = link(app, "sign-up")
    assert client.get(address + "x").status_code == 410
    assert client.get(address.replace("/sign-up/", "/new-password/")).status_code == 410
    assert client.get(address.replace("/sign-up/", "/new-email/")).status_code == 410
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(links.LASTS, "sign up", datetime.timedelta(seconds=-1))
        assert client.get(address).status_code == 410
    assert client.get(address).status_code == 200


def test_a_link_outlives_neither_its_row_nor_another_of_the_same_number(
    client: CheckingClient, app: Flask
) -> None:
    """When the row of a mail is gone its link is dead, also when a new row gets the same number."""
    ask(client)
    address = link(app, "sign-up")
    with app.app_context():
        row = db.session.scalars(select(Delivery)).one()
        row_id, about = row.id, row.about
        db.session.delete(row)
        db.session.commit()
        assert client.get(address).status_code == 410
        db.session.add(Delivery(id=row_id, kind="sign up", about=about))
        db.session.commit()
    assert client.get(address).status_code == 410


def test_mail_is_quiet(client: CheckingClient, app: Flask) -> None:
    """No subject and no text of any mail tells what is taught here; no secret waits in the outbox."""
    account(app)
    for email in (EMAIL, "new@example.org"):
        ask(client, email)
        client.get("/forgotten-password")
        client.send("/forgotten-password", email=email)
    sent = mails(app)
    assert [mail.to for mail in sent] == [EMAIL, EMAIL, "new@example.org"]
    for mail in sent:
        for word in ("hate", "crime", "mate", "train", "course", "learn", "victim", "report"):
            assert word not in mail.subject.casefold() + mail.text.partition("http")[0].casefold(), word
    with app.app_context():
        about = json.dumps([row.about for row in db.session.scalars(select(Delivery))])
    assert not [
        mail
        for mail in sent
        for line in mail.text.split()
        if "/sign-up/" in line and line.rpartition("/")[2] in about
    ]


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 10"),
        ("ninechars", "at least 10"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("abababababab", "easy to guess"),
        ("1234567890", "easy to guess"),
        ("0987654321", "easy to guess"),
        ("qwertyuiop1", "easy to guess"),
        ("1qaz2wsx3edc", "easy to guess"),
        ("password123", "easy to guess"),
        ("P4ssw0rd2026!", "easy to guess"),
        ("iloveyou1234", "easy to guess"),
        ("Liverpool2024", "easy to guess"),
        ("alongside2026", "easy to guess"),
        ("sam.jones1985", "easy to guess"),
        ("jones@example", "easy to guess"),
    ],
)
def test_passwords_that_will_not_do(password: str, words: str) -> None:
    """Too short, too long, or among the first that anyone would try: refused, and told why."""
    assert words in (passwords.problem(password, "sam.jones@example.org") or "")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        NEW,
        "kT9#vR2!mQ",
        "ŵyn glas ar y bryn",
        "tyrhbdjwlq",
        "🙂🐝🌧🏡🎻🥝🛶🧦🪁🫖",
        ("seven brass umbrellas " * 10)[:200],
    ],
)
def test_passwords_that_will_do(password: str) -> None:
    """Any other will do: no rule asks for capitals, numbers or signs."""
    assert passwords.problem(password, EMAIL) is None


def test_passwords_are_argon2id_and_renewed(client: CheckingClient, app: Flask) -> None:
    """A hash is argon2id at today's cost; one of another cost is made anew as its owner signs in."""
    account(app)
    app.config["ARGON2"] = passwords.Cost(time_cost=2, memory_cost=16, parallelism=1)
    assert sign_in(client) == 302
    with app.app_context():
        assert user_of().password_hash.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert sign_in(another(app)) == 302
    assert passwords.COST == (2, 19456, 1)


def test_one_password_however_it_is_typed(client: CheckingClient, app: Flask) -> None:
    """An accent is the same whether the keyboard sends one character or two."""
    account(app, password="caf\u00e9 tables wobble")
    assert sign_in(client, password="cafe\u0301 tables wobble") == 302


def test_a_forgotten_password(client: CheckingClient, app: Flask) -> None:
    """The link gives a new password once, ends every session, and tells nobody who has an account."""
    account(app)
    sign_in(client)
    phone = another(app)
    phone.get("/forgotten-password")
    pages = [
        phone.send("/forgotten-password", email=email).text.replace(email, "X")
        for email in (EMAIL, "no@example.org")
    ]
    assert pages[0] == pages[1] and len(mails(app)) == 1
    address = link(app, "new-password")
    assert finish(phone, address, "password123") == 422
    assert finish(phone, address, NEW) == 302
    assert phone.get("/account").status_code == 200 and client.get("/account").status_code == 403
    assert phone.get(address).status_code == 410
    assert sign_in(client) == 422 and sign_in(client, password=NEW) == 302


def test_a_changed_password_kills_older_links(client: CheckingClient, app: Flask) -> None:
    """A reset link sent before the password was changed works no more."""
    account(app)
    client.get("/forgotten-password")
    client.send("/forgotten-password", email=EMAIL)
    address = link(app, "new-password")
    sign_in(client)
    client.get("/account/password")
    assert client.send("/account/password", password=PASSWORD, new_password=NEW).status_code == 302
    assert client.get(address).status_code == 410


def test_an_invitation(client: CheckingClient, app: Flask) -> None:
    """Whose account was made by someone else gets in by the link in the invitation."""
    with app.app_context():
        user = User(guest=False, email=EMAIL, role="trainer")
        db.session.add_all([user, Delivery(kind="invitation", user=user, about={"to": EMAIL})])
        db.session.commit()
    assert sign_in(client, password="") == 422
    assert finish(client, link(app, "new-password")) == 302
    assert "Sign out" in client.get("/account").text


def test_changing_the_password(client: CheckingClient, app: Flask) -> None:
    """It asks for the present one, keeps this browser in by a new session, and ends all others."""
    account(app)
    phone = another(app)
    sign_in(client), sign_in(phone)
    client.get("/account/password")
    wrong = client.send("/account/password", password="not this one", new_password=NEW)
    assert (
        wrong.status_code == 422
        and "not your password" in wrong.text
        and phone.get("/account").status_code == 200
    )
    before = client.get_cookie("alongside")
    assert client.send("/account/password", password=PASSWORD, new_password=NEW).status_code == 302
    assert client.get_cookie("alongside") != before
    assert client.get("/account").status_code == 200 and phone.get("/account").status_code == 403


def test_changing_the_name(client: CheckingClient, app: Flask) -> None:
    """The name is offered for the next certificate, can be taken away, and must be one that can be printed."""
    account(app)
    sign_in(client)
    pass_course(client, app)
    client.get("/account/name")
    assert client.send("/account/name", name="x" * 101).status_code == 422
    assert client.send("/account/name", name=" Zoë  Ł ").status_code == 302
    assert 'value="Zoë Ł"' in client.get(f"{COURSE}/certificate").text
    client.get("/account/name")
    assert client.send("/account/name", name="  ").status_code == 302
    assert "none" in client.get("/account").text


def ask_for(client: CheckingClient, new: str) -> str:
    client.get("/account/email")
    return client.send("/account/email", email=new, password=PASSWORD).text


def test_changing_the_address(client: CheckingClient, app: Flask) -> None:
    """Both addresses must say yes, the old one first; looking at a link changes nothing."""
    account(app)
    sign_in(client)
    ask_for(client, "new@example.org")
    assert [mail.to for mail in mails(app)] == [EMAIL]
    old = link(app, "email-change")
    client.get(old)
    assert len(mails(app)) == 1
    for _ in range(2):
        client.send(old, agreed="yes")
    assert [mail.to for mail in mails(app)] == [EMAIL, "new@example.org"]
    new = link(app, "new-email")
    assert client.get(new).status_code == 200 and EMAIL in client.get("/account").text
    assert client.send(new).status_code == 200
    assert "new@example.org" in client.get("/account").text
    assert {client.get(address).status_code for address in (old, new)} == {410}
    assert sign_in(another(app), "new@example.org") == 302


@pytest.mark.parametrize("agreed_before", [False, True])
def test_the_old_address_can_stop_it(client: CheckingClient, app: Flask, agreed_before: bool) -> None:
    """No, from the old address, kills every link, also after it had said yes."""
    account(app)
    sign_in(client)
    ask_for(client, "new@example.org")
    old = link(app, "email-change")
    client.get(old)
    if agreed_before:
        client.send(old, agreed="yes")
        new = link(app, "new-email")
    assert "stays" in client.send(old, agreed="no").text
    assert client.get(old).status_code == 410
    if agreed_before:
        assert client.get(new).status_code == 410 and client.send(new).status_code == 410
    assert EMAIL in client.get("/account").text


def test_an_address_that_is_taken(client: CheckingClient, app: Flask) -> None:
    """Nobody learns from the pages that another address has an account; its owner is told, and it is not taken."""
    account(app)
    account(app, "taken@example.org")
    sign_in(client)
    pages = []
    for email in ("free@example.org", "taken@example.org"):
        ask_page = ask_for(client, email)
        client.get(old := link(app, "email-change"))
        pages.append((ask_page + client.send(old, agreed="yes").text).replace(email, "X"))
    assert pages[0] == pages[1]
    told = mails(app)[-1]
    assert told.to == "taken@example.org" and "/new-email/" not in told.text


def test_an_address_taken_meanwhile(client: CheckingClient, app: Flask) -> None:
    """An address that someone made an account with after the link was sent is theirs."""
    account(app)
    sign_in(client)
    ask_for(client, "new@example.org")
    client.get(old := link(app, "email-change"))
    client.send(old, agreed="yes")
    client.get(new := link(app, "new-email"))
    account(app, "new@example.org")
    assert client.send(new).status_code == 410
    assert EMAIL in client.get("/account").text


def test_everything_we_hold(client: CheckingClient, app: Flask) -> None:
    """The page and the file hold name, address, lessons, answers in words, certificates, sessions and mails."""
    account(app, name="Zoë")
    sign_in(client)
    pass_course(client, app)
    get_award(client, "Zoë")
    client.send("/forgotten-password", email=EMAIL)
    page, file = client.get("/account/data").text, client.get("/account/data.json")
    assert (
        "no-store" in file.headers["Cache-Control"]
        and 'filename="data.json"' in file.headers["Content-Disposition"]
    )
    held = json.loads(file.data)
    course = held["courses"][0]
    assert held["account"]["e-mail"] == EMAIL and held["account"]["name"] == "Zoë"
    assert course["course"].startswith("Understanding") and f"Course: {course['course']}" in page, (
        "by its title"
    )
    assert course["lessons"] and course["attempts"][0]["passed"] is True
    assert all(answer["given"] for answer in course["attempts"][0]["answers"])
    assert course["certificates"][0]["name"] == "Zoë" and len(held["sessions"]) == 1
    assert [mail["to"] for mail in held["mails"]] == [EMAIL]
    for words in (EMAIL, "Zoë", course["certificates"][0]["code"], course["lessons"][0]["lesson"]):
        assert words in page
    with app.app_context():
        titles = [lesson.title for lesson in live_courses()[SLUG].lessons]
    assert [lesson["lesson"] for lesson in course["lessons"]] == titles, (
        "by title, in the order of the course"
    )
    assert "Extra time" not in page, "there was none"
    assert "Round" not in page and "begun again" not in page, "there was one only"
    with app.app_context():
        user = user_of()
        secrets = [user.password_hash, db.session.scalars(select(Session.token_hash)).one()]
    assert not [secret for secret in secrets if secret in page + file.text]


def test_a_guest_has_the_same_rights(client: CheckingClient, app: Flask) -> None:
    """Without an account one can see, download and delete what is held, by a tick and not by accident."""
    begin(client)
    start_quiz(client)
    assert "Make an account" in client.get("/account").text
    assert client.get("/account/data").status_code == 200
    assert json.loads(client.get("/account/data.json").data)["account"]["e-mail"] is None
    for path in ("/account/name", "/account/email", "/account/password", "/account/merge"):
        assert client.get(path).status_code == 404, path
    client.get("/account/deletion")
    assert "Tick the box" in client.send("/account/deletion").text
    assert client.send("/account/deletion", sure="y").location == "/deleted"
    assert client.get("/account").status_code == 403
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []


def test_nothing_is_called_deleted_that_is_not(client: CheckingClient, app: Flask) -> None:
    """Who opens the page's address without having deleted anything is led home, signed in or not."""
    assert client.get("/deleted").location == "/"
    account(app)
    sign_in(client)
    assert client.get("/deleted").location == "/"


def test_the_address_one_has_already(client: CheckingClient, app: Flask) -> None:
    """Changing to one's own address is refused with the reason, and nothing is mailed."""
    account(app)
    sign_in(client)
    client.get("/account/email")
    answer = client.send("/account/email", email=EMAIL.upper(), password=PASSWORD)
    assert answer.status_code == 422 and "That is your address already." in answer.text
    assert not mails(app)


@pytest.mark.parametrize("email", ["a..b@example.org", ".a@example.org", "a.@example.org"])
def test_an_address_that_no_mail_can_carry(client: CheckingClient, app: Flask, email: str) -> None:
    """What the mail library would refuse later is refused at the form, and does not wait in the outbox."""
    client.get("/sign-up")
    assert client.send("/sign-up", email=email).status_code == 422
    with app.app_context():
        assert db.session.scalar(select(func.count(Delivery.id))) == 0


def test_deleting_an_account(client: CheckingClient, app: Flask) -> None:
    """It asks for the password; then no name and no address is left, and the certificate says withdrawn."""
    account(app)
    phone = another(app)
    sign_in(phone), sign_in(client)
    pass_course(client, app)
    get_award(client, "Zoë")
    client.get("/account/deletion")
    assert client.send("/account/deletion", password="not this one").status_code == 422
    assert client.send("/account/deletion", password=PASSWORD).status_code == 302
    assert client.get("/deleted").status_code == 200
    assert client.get("/deleted").location == "/", "it is said once"
    assert phone.get("/account").status_code == client.get("/account").status_code == 403
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        assert award.name == "" and User.with_email(EMAIL) is None
        code = award.code_display
    assert "withdrawn" in client.get(f"/check/{code}").text
    assert sign_in(client) == 422


def test_the_last_administrator_is_warned(client: CheckingClient, app: Flask) -> None:
    """Whoever would leave the site without an administrator is told before they delete their account, and others not."""
    account(app, role="admin")
    account(app, "trainer@example.org", role="trainer")
    sign_in(client)
    assert "You are the only administrator" in client.get("/account/deletion").text
    assert "You are the only administrator" in client.send("/account/deletion", password="not this").text
    sign_in(trainer := another(app), "trainer@example.org")
    assert "only administrator" not in trainer.get("/account/deletion").text
    account(app, "second@example.org", role="admin")
    assert "only administrator" not in client.get("/account/deletion").text


def test_pages_about_accounts_stay_private(client: CheckingClient, app: Flask) -> None:
    """No page with a secret in its address or a person on it is cached, or named to the next page."""
    account(app)
    client.get("/forgotten-password")
    client.send("/forgotten-password", email=EMAIL)
    assert client.get(link(app, "new-password")).headers["Referrer-Policy"] == "no-referrer"
    sign_in(client)
    for path in ("/account", "/account/data", "/account/data.json", "/sign-up", link(app, "new-password")):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_sign_ups_never_use_up_the_way_to_a_new_password(client: CheckingClient, app: Flask) -> None:
    """However often someone else asks for an account with this address, its owner still gets a link."""
    account(app)
    for _ in range(8):
        client.get("/sign-up")
        client.send("/sign-up", email=EMAIL)
    owner = another(app)
    owner.get("/forgotten-password")
    owner.send("/forgotten-password", email=EMAIL)
    assert link(app, "new-password")


def test_administrators_find_the_audit_trail(client: CheckingClient, app: Flask) -> None:
    """An administrator's account leads to what was done on the site; a learner's does not."""
    account(app, role="admin"), account(app, "sam@example.net")
    sign_in(client)
    assert 'href="/audit"' in client.get("/account").text
    learner = another(app)
    sign_in(learner, "sam@example.net")
    assert "/audit" not in learner.get("/account").text


def test_what_was_done_to_an_account_is_told(client: CheckingClient, app: Flask) -> None:
    """The data of an account hold what was noted of it; who had a role and deletes themselves is noted."""
    user_id = account(app, role="admin")
    with app.app_context():
        AuditEvent.note("role changed", f"person {user_id}", detail="learner to admin")
        AuditEvent.note("role changed", f"person {user_id}0", detail="of somebody else")
        db.session.commit()
    sign_in(client)
    held = json.loads(client.get("/account/data.json").data)
    assert [each["detail"] for each in held["deeds"]] == ["learner to admin"]
    client.get("/account/deletion")
    client.send("/account/deletion", password=PASSWORD)
    with app.app_context():
        newest = AuditEvent.newest(1)[0]
        assert (newest.action, newest.detail) == ("person removed", "by themselves")
