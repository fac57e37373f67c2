"""The forms about learning systems. They are for administrators, and in English."""

from collections.abc import Callable

from flask import current_app
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import ValidationError

from lms import facts
from lms.db import db
from lms.lti import addresses
from lms.lti.addresses import AddressError
from lms.lti.presets import CLIENT
from lms.models import Deployment, Identity, Platform

LONGEST_NAME, LONGEST_ID = 200, 255


def wrong(field: Field, said: str) -> ValidationError:
    """What is wrong with a field, by its name: on top of a page errors stand together."""
    return ValidationError(f"{field.label.text}: {said[0].lower()}{said[1:]}")


def words(field: StringField, most: int, *, needed: str = "") -> None:
    """One line that can be read, with single spaces; `needed` is what is said where there is none."""
    field.data = " ".join((field.data or "").split())
    if needed and not field.data:
        raise ValidationError(needed)
    if len(field.data) > most or not field.data.isprintable():
        field.data = readable(field.data)
        raise wrong(field, f"Use at most {most} characters, none of them hidden.")


def readable(text: str) -> str:
    """What can be shown of it, to be mended."""
    return "".join(each for each in text if each.isprintable())


def checked(check: Callable[[str, frozenset[str]], str], field: StringField) -> None:
    """What one of the checks of addresses makes of a field, or its words for what it refuses."""
    try:
        field.data = check(field.data, current_app.extensions["alongside"].lti_allow)
    except AddressError as error:
        field.data = readable(field.data)
        raise wrong(field, str(error)) from error


def address(field: StringField) -> None:
    """An address that can be asked."""
    if not field.data:
        raise wrong(field, "Copy it from the learning system.")
    checked(addresses.checked, field)


class InvitationForm(FlaskForm):  # type: ignore[misc]
    """Who is invited."""

    name = StringField("What you call this learning system")

    def validate_name(self, field: StringField) -> None:
        """A name that administrators know it by."""
        words(field, LONGEST_NAME, needed="Type a name, such as Council Moodle.")


class PlatformForm(InvitationForm):
    """All that is kept of a platform. `present` is the one that is changed, if one is."""

    issuer = StringField("Issuer, also called platform ID")
    client_id = StringField("Client id")
    auth_url = StringField("Address for authentication requests")
    token_url = StringField("Address for access tokens")
    keys_url = StringField("Address of its public key set")
    audience = StringField("Audience for access tokens")
    deployment = StringField("Deployment id")
    frames = StringField("Sites that show Alongside in a frame")
    area = SelectField("Area of the people who come from there", validate_choice=False)
    shared = BooleanField("Yes, other organisations use it too")
    present: Platform | None = None

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.area.choices = [("", "They choose"), *facts.known().areas.items()]

    def validate_client_id(self, field: StringField) -> None:
        """An id that is not registered yet for this issuer."""
        words(field, LONGEST_ID, needed="Type the client id that the learning system shows.")
        same = select(Platform).where(Platform.issuer == self.issuer.data, Platform.client_id == field.data)
        if db.session.scalar(same) not in (None, self.present):
            raise ValidationError("This issuer is registered with this client id already.")

    def validate_deployment(self, field: StringField) -> None:
        """None, or one line."""
        words(field, LONGEST_ID)

    def validate_issuer(self, field: StringField) -> None:
        """An address that stays to the letter as it is given, since messages are compared with it."""
        field.data = (field.data or "").strip()
        address(field)
        if len(field.data) > addresses.LONGEST_ISSUER:
            raise wrong(field, f"Use at most {addresses.LONGEST_ISSUER} characters.")

    def validate_auth_url(self, field: StringField) -> None:
        """An address, in which the client id may be left to us."""
        field.data = (field.data or "").strip().replace(CLIENT, (self.client_id.data or "").strip())
        address(field)

    validate_token_url = validate_keys_url = validate_auth_url

    def validate_audience(self, field: StringField) -> None:
        """None where it is the address for tokens."""
        words(field, addresses.LONGEST)

    def validate_frames(self, field: StringField) -> None:
        """Origins only: they go into a header. None are made from the addresses above."""
        field.data = (field.data or "").strip()
        checked(addresses.checked_frames, field)

    def validate_area(self, field: SelectField) -> None:
        """One that is there, or none."""
        if field.data not in dict(field.choices):
            raise wrong(field, "Choose one from the list. What was chosen is not there any more.")

    def validate_shared(self, field: BooleanField) -> None:
        """It says by what people are known, so it stays once somebody is."""
        known = select(Identity.id).where(Identity.platform_id == (self.present.id if self.present else None))
        if self.present and field.data != self.present.shared and db.session.scalar(known.limit(1)):
            field.data = self.present.shared
            raise ValidationError(
                "People have come from there already. If this changed, none of them would be known again."
            )

    def change(self, platform: Platform) -> Platform:
        """The platform as this form says. A deployment that is typed here is meant, and so approved."""
        for name in (
            "name",
            "issuer",
            "client_id",
            "auth_url",
            "token_url",
            "keys_url",
            "audience",
            "shared",
        ):
            setattr(platform, name, getattr(self, name).data)
        platform.frames = self.frames.data or addresses.frames(platform.issuer, platform.auth_url)
        platform.area = self.area.data or None
        platform.keys = platform.keys_at = platform.asked_at = None
        db.session.add(platform)
        db.session.flush()
        if self.deployment.data:
            self._approve(platform, self.deployment.data)
        return platform

    def _approve(self, platform: Platform, name: str) -> None:
        held = Deployment.named(platform, name) or Deployment(platform_id=platform.id, deployment=name)
        held.approve()
        db.session.add(held)
