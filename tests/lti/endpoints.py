"""What a platform answers over HTTP."""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from tests.lti import screens, strict
from tests.lti.gradebook import LineItem, NoGradeError

if TYPE_CHECKING:
    from tests.lti.platform import Platform

ROUTES = Map(
    [
        Rule("/auth", endpoint="auth", methods=["GET"]),
        Rule("/keys", endpoint="keys", methods=["GET"]),
        Rule("/token", endpoint="token", methods=["POST"]),
        Rule("/context/<course>/lineitems", endpoint="line_items", methods=["GET", "POST"]),
        Rule(
            "/context/<course>/lineitems/<int:number>", endpoint="line_item", methods=["GET", "PUT", "DELETE"]
        ),
        Rule("/context/<course>/lineitems/<int:number>/scores", endpoint="scores", methods=["POST"]),
        Rule("/context/<course>/lineitems/<int:number>/results", endpoint="results", methods=["GET"]),
        Rule("/context/<course>/Members", endpoint="members", methods=["GET"]),
        Rule("/.well-known/openid-configuration", endpoint="configuration", methods=["GET"]),
        Rule("/registration", endpoint="registration", methods=["POST"]),
        Rule("/page", endpoint="page", methods=["GET"]),
        Rule("/course", endpoint="course", methods=["GET"]),
        Rule("/storage", endpoint="storage", methods=["GET"]),
        Rule("/away", endpoint="away", methods=["GET"]),
    ]
)


def posting(address: str, form: Mapping[str, str]) -> Response:
    """A page that posts a form at once, as platforms do."""
    return _page(f"<!doctype html><title>Please wait</title>{screens.form(address, form)}")


class NotAllowed(HTTPException):
    """401 or 403, as platforms say it."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.code = status


class Endpoints:
    """The WSGI application of one platform. What breaks a rule is answered 400 and noted in its `faults`."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        request = Request(environ)
        answer = self._answer(request)
        return answer(environ, start)

    def _answer(self, request: Request) -> Response:
        place, status = "nowhere", 0
        try:
            place, values = ROUTES.bind_to_environ(request.environ).match()
            answer = self._tried(place, request, values)
            status = answer.status_code
        except ConnectionError:
            raise
        except HTTPException as error:
            status = error.code or 500
            answer = Response("[]", status, mimetype="application/json")
        except Exception as fault:  # noqa: BLE001  whatever cannot be read is the tool's fault
            self.platform.faults.append(f"{request.method} {request.full_path}: {fault!r}")
            answer, status = _json({"error": "invalid_request"}, 400), 400
        finally:
            self.platform.asked.append((place, status, request))
        return answer

    def _tried(self, place: str, request: Request, values: Mapping[str, Any]) -> Response:
        failures = self.platform.failures
        failure = failures.take(place)
        instead = failures.before(failure, request)
        return instead or failures.after(failure, request, getattr(self, place)(request, **values))

    def auth(self, request: Request) -> Response:
        """Who somebody is, posted to the tool by their browser."""
        return posting(f"{self.platform.tool}/lti/launch", self.platform.answer(request.url))

    def keys(self, request: Request) -> Response:
        """The platform's public keys."""
        return _json(self.platform.key_set())

    def token(self, request: Request) -> Response:
        """A token for what the tool may do. Scopes that were not granted are left out, as Moodle does."""
        assert request.mimetype == "application/x-www-form-urlencoded", f"sent as {request.mimetype}"
        token = self.platform.give_token(request.form.to_dict())
        return _json(token, 200) if token else _json({"error": "invalid_scope"}, 400)

    def line_items(self, request: Request, course: str) -> Response:
        """The columns of a course, or a new one."""
        if request.method == "POST":
            self._may(request, strict.LINE_ITEM)
            said = strict.sends(request, strict.ONE)
            strict.line_item(said)
            return _json(self._shown(self.platform.gradebook.add(**said)), 201, strict.ONE)
        self._may(request, strict.LINE_ITEM, f"{strict.LINE_ITEM}.readonly")
        strict.accepts(request, strict.MANY)
        if "limit" in request.args and self.platform.profile.product == "moodle":
            raise NotFound  # its own fault, and its links to the next page cannot be read
        wanted = {
            said: request.args[name]
            for name, said in (
                ("resource_link_id", "resourceLinkId"),
                ("resource_id", "resourceId"),
                ("tag", "tag"),
            )
            if self.platform.filters and name in request.args
        }
        found = [
            item for item in self.platform.gradebook.items.values() if wanted.items() <= item.said.items()
        ]
        return self._paged(request, [self._shown(item) for item in found], list, strict.MANY)

    def line_item(self, request: Request, course: str, number: int) -> Response:
        """One column."""
        item = self._item(number)
        if request.method == "GET":
            self._may(request, strict.LINE_ITEM, f"{strict.LINE_ITEM}.readonly")
            strict.accepts(request, strict.ONE)
            return _json(self._shown(item), 200, strict.ONE)
        self._may(request, strict.LINE_ITEM)
        if request.method == "DELETE":
            del self.platform.gradebook.items[number]
            return Response(status=204)
        said = strict.sends(request, strict.ONE)
        strict.line_item(said)
        item.said = {name: value for name, value in said.items() if name != "id"}
        return _json(self._shown(item), 200, strict.ONE)

    def scores(self, request: Request, course: str, number: int) -> Response:
        """Take a score. Moodle answers 400 for whoever is no learner of the course."""
        self._may(request, strict.SCORE)
        said = strict.sends(request, strict.SCORES)
        strict.score(said)
        person = self.platform.people.get(said["userId"])
        if person is None or "Learner" not in person.roles:
            return _json([], 400)
        try:
            self.platform.gradebook.keep(self._item(number), said)
        except NoGradeError as error:
            return _json([], error.status)
        if self.platform.profile.product == "moodle":
            return Response("", 200, mimetype="application/json")
        return _json({"resultUrl": f"{request.base_url.removesuffix('scores')}results/{said['userId']}"})

    def results(self, request: Request, course: str, number: int) -> Response:
        """What the platform made of the scores."""
        self._may(request, strict.RESULT)
        strict.accepts(request, strict.RESULTS)
        address = self.platform.line_item_url(number)
        found = [
            {
                "id": f"{address}/results/{person}",
                "scoreOf": address,
                "userId": person,
                "resultScore": grade.given,
                "resultMaximum": grade.most,
                "comment": grade.comment,
            }
            for person, grade in self._item(number).grades.items()
        ]
        return _json(found, 200, strict.RESULTS)

    def members(self, request: Request, course: str) -> Response:
        """Who is in a course. Roles are short, as Moodle sends them."""
        self._may(request, strict.MEMBERS)
        strict.accepts(request, strict.CLASS)
        wanted = request.args.get("role", "").rpartition("#")[2]
        found = [person for person in self.platform.people.values() if not wanted or wanted in person.roles]
        context = {"id": course, "label": course, "title": self.platform.course_title}

        def shown(members: list[Any]) -> dict[str, Any]:
            return {"id": request.url, "context": context, "members": members}

        return self._paged(request, [self.platform.member(person) for person in found], shown, strict.CLASS)

    def configuration(self, request: Request) -> Response:
        """What the platform says of itself. Canvas wants the token for that already."""
        if self.platform.profile.guards_configuration:
            self.platform.registrations.check(request)
        return _json(self.platform.registrations.configuration())

    def page(self, request: Request) -> Response:
        """What an administrator's browser shows, perhaps with a tool in a frame."""
        return Response(self.platform.page, mimetype="text/html")

    def registration(self, request: Request) -> Response:
        """A new tool."""
        return _json(*self.platform.registrations.register(request))

    def course(self, request: Request) -> Response:
        """The platform's own page, with us in a frame of it."""
        return _page(screens.course(self.platform))

    def storage(self, request: Request) -> Response:
        """The frame of the platform's that keeps things for tools."""
        return _page(screens.storage(self.platform))

    def away(self, request: Request) -> Response:
        """A neutral page elsewhere."""
        return _page("<!doctype html><title>The weather</title><h1>The weather</h1>")

    def _may(self, request: Request, *scopes: str) -> None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        assert kind == "Bearer", f"Authorization is {kind!r}"
        granted, ends = self.platform.tokens.get(token, ((), 0))
        if ends < time.time():
            raise NotAllowed(401)
        if not set(scopes) & set(granted):
            raise NotAllowed(403)

    def _item(self, number: int) -> LineItem:
        if number not in self.platform.gradebook.items:
            raise NotFound
        return self.platform.gradebook.items[number]

    def _shown(self, item: LineItem) -> dict[str, Any]:
        return {**item.said, "id": self.platform.line_item_url(item.number)}

    def _paged(self, request: Request, found: list[Any], shown: Callable[..., Any], kind: str) -> Response:
        """Some of them, with a link to the next. The mark of a page has capitals, which matter."""
        size = min(
            int(request.args.get("limit", len(found) or 1)), self.platform.page_size or len(found) or 1
        )
        begin = int(request.args.get("page", "P0").removeprefix("P"))
        answer = _json(shown(found[begin : begin + size]), 200, kind)
        if begin + size < len(found):
            args = {**request.args.to_dict(), "page": f"P{begin + size}"}
            first = f"<{request.base_url}?page=P0>; rel=first"
            answer.headers["Link"] = f'{first}, <{request.base_url}?{urlencode(args)}>; rel="next"'
        return answer


def _page(text: str) -> Response:
    return Response(text, mimetype="text/html")


def _json(said: Any, status: int = 200, media_type: str = "application/json") -> Response:
    return Response(json.dumps(said), status, content_type=f"{media_type}; charset=utf-8")
