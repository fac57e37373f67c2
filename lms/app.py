"""`create_app`: all wiring, top to bottom."""

from pathlib import Path

from flask import Flask, Response, current_app, g, request
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import migrations
from lms import access, assets, language, mails, passwords, signing_in
from lms.carrying import AddressCarries, Carrying, in_frame
from lms.compressing import compress
from lms.db import db
from lms.display import display
from lms.lti.outgoing import Outgoing
from lms.models import Platform
from lms.models.session import LASTS
from lms.pages import BLUEPRINTS, errors, filters, launches, picking, registrations
from lms.settings import Settings
from lms.templating import Templates

MIGRATIONS = Path(migrations.__file__).parent


def create_app(settings: Settings) -> Flask:
    """The whole web application for these settings."""
    app = Flask("lms")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not settings.sqlite,
            "hide_parameters": True,  # an error that is logged must not tell names and addresses
        },
        SESSION_COOKIE_NAME="__Host-alongside" if settings.production else "alongside",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LASTS,
        MAX_CONTENT_LENGTH=64 * 1024,
        ARGON2=passwords.COST,
        WTF_CSRF_TIME_LIMIT=None,  # a laptop opened next week carries on where it was
        WTF_CSRF_SSL_STRICT=False,  # our own referrer policy withholds the header it would look for
    )
    app.extensions["alongside"] = settings
    app.extensions["assets"] = assets.load()
    app.extensions["outgoing"] = Outgoing(settings.lti_allow)
    app.session_interface = Carrying()
    app.wsgi_app = AddressCarries(app.wsgi_app)  # type: ignore[method-assign,assignment]
    app.jinja_environment = Templates  # type: ignore[assignment]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    csrf = CSRFProtect(app)
    language.start(app, lambda: display().language)
    access.start(app)
    mails.start()
    filters.start(app)
    errors.start(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.exempt(launches.pages)  # a learning system posts there, and signs what it posts
    csrf.exempt(picking.pages)  # what its pages carry is signed, and there may be no cookie
    csrf.exempt(registrations.pages)  # the address is the secret, and a frame may keep no cookie
    app.after_request(compress)  # in the end: they run from the last to the first
    app.after_request(_end_transaction)
    app.after_request(_protect)
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app


def _end_transaction(response: Response) -> Response:
    """One commit for each request that went well; what went wrong leaves nothing behind.

    A commit that fails raises here, so the answer is a 500 and never a false success.
    """
    if response.status_code >= 400 or request.method != "POST":
        db.session.rollback()
        return response
    signing_in.stay_alive()
    db.session.commit()
    return response


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action {forms_to}; base-uri 'none'; frame-ancestors {framers}"
)


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
"""What is said with every answer, unless it says otherwise itself."""


def _framers(response: Response) -> str:
    """Who may show this page in a frame: whom the page itself names, as an invitation to register does; else
    registered learning systems, asked for only where one does. An error of ours goes by those known last.
    """
    if g.get("framers"):
        return str(g.framers)
    framed = in_frame() or request.blueprint in (launches.pages.name, picking.pages.name)
    shown = response.mimetype == "text/html" and response.status_code // 100 != 3
    if not (framed and shown):
        return "'none'"
    if response.status_code < 500:
        current_app.extensions["framers"] = Platform.framers()
    return current_app.extensions.get("framers") or "'none'"


def _protect(response: Response) -> Response:
    """Headers that keep a page to itself, and out of caches and other people's history."""
    headers = dict(HEADERS)
    if "Content-Security-Policy" not in response.headers:
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(
            framers=_framers(response), forms_to=g.get("forms_to", "'self'")
        )
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    said = {name.lower() for name, _ in response.headers}
    response.headers.extend({name: value for name, value in headers.items() if name.lower() not in said})
    return response
