"""What each mail says. Someone may read over a shoulder: no subject and no text tells what is taught here.

Each function words one kind of `Delivery` as it is sent, and mints its link then. None: there is nothing to
send any more.
"""

from flask import current_app
from flask_babel import gettext

from lms import links, outbox
from lms.accounts import state
from lms.models import Delivery, User
from lms.outbox import Mail
from lms.settings import Settings


def start() -> None:
    """Let the outbox know how each kind is worded."""
    outbox.MAILS.update(
        {
            "sign up": sign_up,
            "reset": reset,
            "invitation": invitation,
            "e-mail change": email_change,
            "new e-mail": new_email,
            "password changed": password_changed,
            "e-mail changed": email_changed,
        }
    )


def sign_up(delivery: Delivery) -> Mail:
    """A link to choose a password; or, where there is an account already, the ways into it."""
    if User.with_email(delivery.about["to"]):
        return _mail(
            delivery,
            gettext("Your account"),
            gettext("You asked for an account, and there is one with this address already."),
            _led(gettext("To sign in:"), "sessions.new"),
            _led(gettext("If you do not know the password any more:"), "resets.new"),
            _ignore(),
        )
    token = links.mint(delivery, guest=delivery.user_id)
    return _mail(
        delivery,
        gettext("Your link"),
        gettext(
            "To finish making your account, open this link and choose a password. It works once, for 24 "
            "hours."
        ),
        _address("sign_ups.finish", token=token),
        _ignore(),
    )


def reset(delivery: Delivery) -> Mail | None:
    """A link to choose a new password, where there is an account to choose one for."""
    if delivery.user is None or delivery.user.email != delivery.about["to"]:
        return None
    return _mail(
        delivery,
        gettext("Your link"),
        gettext("To choose a new password, open this link. It works once, for one hour."),
        _password_link(delivery, delivery.user),
        gettext("If this was not you, you can ignore this mail. Your password stays as it is."),
    )


def invitation(delivery: Delivery) -> Mail | None:
    """A link to choose the first password of an account that someone else made."""
    if delivery.user is None or delivery.user.email != delivery.about["to"]:
        return None
    return _mail(
        delivery,
        gettext("Your link"),
        gettext("Someone at %(organisation)s has made an account for you.", organisation=_settings().issuer),
        gettext("To use it, open this link and choose a password. It works once, for 7 days."),
        _password_link(delivery, delivery.user),
        _led(gettext("After that, ask for a new link:"), "resets.new"),
    )


def email_change(delivery: Delivery) -> Mail | None:
    """Ask at the present address whether the account may move to another."""
    if delivery.user is None or delivery.user.email != delivery.about["to"]:
        return None
    token = links.mint(delivery, user=delivery.user.id, state=state(delivery.user))
    return _mail(
        delivery,
        gettext("Please confirm"),
        gettext(
            "Someone asked to use another e-mail address for your account. To say yes or no, open this link. "
            "It works for 24 hours."
        ),
        _address("email_changes.show", token=token),
        gettext(
            "If you do nothing, nothing changes. If this was not you, say no, and choose a new password."
        ),
    )


def new_email(delivery: Delivery) -> Mail | None:
    """Ask at the new address, once the old one has agreed; or say that it has an account already."""
    if delivery.user is None:
        return None
    if User.with_email(delivery.about["to"]):
        return _mail(
            delivery,
            gettext("Your account"),
            gettext(
                "Someone asked to use this address for another account. It has an account of its own, so "
                "nothing has changed."
            ),
            _led(gettext("To sign in:"), "sessions.new"),
            _ignore(),
        )
    token = links.mint(delivery, user=delivery.user.id, state=state(delivery.user))
    return _mail(
        delivery,
        gettext("Please confirm"),
        gettext(
            "To use this address for your account from now on, open this link. It works once, for 24 hours."
        ),
        _address("new_emails.show", token=token),
        _ignore(),
    )


def password_changed(delivery: Delivery) -> Mail:
    """Tell whose password was changed, so that nobody changes it unnoticed."""
    return _mail(
        delivery,
        gettext("Your account"),
        gettext("The password of your account was changed. If that was you, there is nothing to do."),
        _led(gettext("If it was not you, choose a new one now:"), "resets.new"),
    )


def email_changed(delivery: Delivery) -> Mail:
    """Tell both addresses; neither mail names the other, since each mailbox may have another reader."""
    contact = _settings().contact or _settings().url
    return _mail(
        delivery,
        gettext("Your account"),
        gettext("The e-mail address of your account was changed. If that was you, there is nothing to do."),
        gettext("If it was not you, ask those who run the site:") + f"\n{contact}",
    )


def _mail(delivery: Delivery, subject: str, *paragraphs: str) -> Mail:
    return Mail(
        to=delivery.about["to"], subject=subject, text="\n\n".join([gettext("Hello,"), *paragraphs]) + "\n"
    )


def _ignore() -> str:
    return str(gettext("If this was not you, you can ignore this mail."))


def _led(words: str, endpoint: str) -> str:
    """Words, and on the next line the page they lead to."""
    return f"{words}\n{_address(endpoint)}"


def _password_link(delivery: Delivery, user: User) -> str:
    return _address("resets.finish", token=links.mint(delivery, user=user.id, state=state(user)))


def _address(endpoint: str, **values: str) -> str:
    """The whole public address of a page, also where there is no request."""
    return _settings().url + current_app.url_map.bind("").build(endpoint, values)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["alongside"]
    return settings
