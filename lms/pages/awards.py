"""Your name on the certificate, and the certificate in your hands."""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField
from wtforms.validators import ValidationError

from certificates.names import MOST_CHARACTERS, NameTooLong, clean
from certificates.pdf import NameCannotBeSet
from lms.access import me, open_to, own_award
from lms.awarding import award, renew, take_name_off
from lms.counting import at_most_each
from lms.learning import Place
from lms.library import course_at, taught_at
from lms.models import Award, Enrolment
from lms.pages.filters import taught_url
from lms.pages.loading import live, my_place, path_live
from lms.paths import PathPlace, finish_path, path_place
from lms.printing import check_url, pdf_of, printer

pages = Blueprint("awards", __name__)

PDFS = 60
"""So many may one person have drawn in an hour."""


class NameForm(FlaskForm):  # type: ignore[misc]
    """The name to print."""

    name = StringField(lazy_gettext("Your name, as it should be printed"))

    def validate_name(self, field: StringField) -> None:
        """A name must be there, short enough, and something our fonts can set."""
        try:
            field.data = clean(field.data or "")
            if field.data:
                printer().check_name(field.data)
        except NameTooLong as error:
            raise ValidationError(
                gettext(
                    "This name is longer than %(most)s characters. Please give a shorter form of it.",
                    most=MOST_CHARACTERS,
                )
            ) from error
        except NameCannotBeSet as error:
            raise ValidationError(
                gettext(
                    "We cannot print %(letters)s on the certificate yet. Please write your name another way, "
                    "for example in Latin letters.",
                    letters=" ".join(f"“{letter}”" for letter in error.missing[:5]),
                )
            ) from error
        if not field.data:
            raise ValidationError(gettext("Type the name you want on the certificate."))


@pages.get("/courses/<course>/certificate")
@open_to("learner")
def new(course: str) -> str:
    """Ask which name to print."""
    return _asked(_completed(course))


@pages.post("/courses/<course>/certificate")
@open_to("learner")
def create(course: str) -> Redirect | tuple[str, int]:
    """Award the certificate of a course with that name."""
    place, form = _completed(course), NameForm()
    if not form.validate_on_submit():
        return _asked(place, form), 422
    return _given(place.enrolment, live(course).revision_id, form)


@pages.get("/paths/<path>/certificate")
@open_to("learner")
def new_for_path(path: str) -> str:
    """Ask which name to print."""
    return _asked(_completed_path(path))


@pages.post("/paths/<path>/certificate")
@open_to("learner")
def create_for_path(path: str) -> Redirect | tuple[str, int]:
    """Award the certificate of a path with that name."""
    place, form = _completed_path(path), NameForm()
    if not form.validate_on_submit():
        return _asked(place, form), 422
    enrolment, revision_id = finish_path(me(), place.path)
    return _given(enrolment, revision_id, form)


def _asked(place: Place | PathPlace, form: NameForm | None = None) -> str:
    taught = place.course if isinstance(place, Place) else place.path
    form = form or NameForm(name=(place.award and place.award.name) or me().name or "")
    return render_template("name.html", taught=taught, form=form, award=place.award)


def _given(enrolment: Enrolment, revision_id: int, form: NameForm) -> Redirect:
    issuer = current_app.extensions["alongside"].issuer
    given = award(enrolment, revision_id, name=form.name.data, issuer=issuer)
    return redirect(url_for("awards.show", award=given.id))


def _completed(slug: str) -> Place:
    """Where the learner is in a course that gave a certificate when they finished it."""
    course = live(slug).course
    place = my_place(course)
    if place is None or not place.complete:
        abort(redirect(taught_url(course)))  # which says what is left to do
    finished = place.enrolment.revision_id
    return place if (course_at(finished) if finished else course).certificate else abort(404)


def _completed_path(slug: str) -> PathPlace:
    """Where the learner is in a path that gives a certificate and is behind them."""
    path = path_live(slug)
    place = path_place(me(), path)
    if not place.complete:
        abort(redirect(taught_url(path)))
    return place if path.certificate else abort(404)


@pages.get("/awards/<int(max=2147483647):award>")
@open_to("owner")
def show(award: int) -> str:
    """The certificate, and how others check it."""
    mine = own_award(award)
    taught = taught_at(mine.revision_id)
    return render_template("award.html", award=mine, taught=taught, check_url=check_url(mine))


@pages.get("/account/certificates")
@open_to("learner")
def index() -> str:
    """Every certificate of this person, replaced ones too."""
    return render_template("account/certificates.html", awards=Award.all_of(me()))


@pages.get("/awards/<int(max=2147483647):award>/name-removal")
@open_to("owner")
def ask(award: int) -> str:
    """Say what it means to take the name off a certificate, and ask whether they mean it."""
    mine = own_award(award)
    return render_template("name_off.html", award=mine, taught=taught_at(mine.revision_id))


@pages.post("/awards/<int(max=2147483647):award>/name-removal")
@open_to("owner")
def remove_name(award: int) -> Redirect:
    """Take it off."""
    mine = own_award(award)
    take_name_off(mine.id, mine.enrolment_id)
    return redirect(url_for("awards.show", award=award))


@pages.post("/awards/<int(max=2147483647):award>/renewal", endpoint="renew")
@open_to("owner")
def begin_again(award: int) -> Redirect:
    """Take the course again, once a certificate is past its date."""
    mine = own_award(award)
    if mine.state != "expired":
        abort(404)
    taught = taught_at(mine.revision_id)
    renew(mine)
    return redirect(taught_url(taught))


@pages.get("/awards/<int(max=2147483647):award>/certificate.pdf")
@open_to("owner")
def pdf(award: int) -> Response:
    """The certificate as a PDF. The file's name is neutral: others may see the downloads."""
    at_most_each(PDFS, "certificates")
    mine: Award = own_award(award)
    if not mine.name:
        abort(404)  # nothing is printed that names nobody
    headers = {"Content-Disposition": 'attachment; filename="certificate.pdf"'}
    return Response(pdf_of(mine), mimetype="application/pdf", headers=headers)
