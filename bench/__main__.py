"""`make bench`: SQL statements for each page; CPU of a lesson page and of a submission against hello-world.

The two servers are of the same kind (gunicorn, one process, on this machine) and take turns in one run, so
the ratios mean something even where the machine is busy. Milliseconds are for orientation only.
"""

import os
import statistics
import tempfile
import time

from sqlalchemy import event

from bench.learner import SLUG, Learner
from bench.servers import cpu_seconds, fetch, serving
from lms.app import create_app
from lms.cli.running import prepare
from lms.db import db
from lms.settings import Settings

ROUNDS = 7
BATCH = 60
LESSON = f"/courses/{SLUG}/lessons/what-it-does"


def statements(settings: Settings) -> None:
    """Count what each page asks of the database, as a learner in the middle of the course."""
    app = create_app(settings)
    sent: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    client = app.test_client()
    learner = Learner(lambda method, path, body: client.open(path, method=method, data=body))
    learner.begin()
    attempt = learner.start_quiz()
    pages = {
        "catalogue": ("GET", "/", {}),
        "course": ("GET", f"/courses/{SLUG}", {}),
        "lesson": ("GET", LESSON, {}),
        "question": ("GET", f"{attempt}/questions/1", {}),
        "save one answer": ("POST", f"{attempt}/questions/1/answer", {"answer": "0"}),
        "review": ("GET", f"{attempt}/review", {}),
        "submission": ("POST", f"{attempt}/submission", {}),
        "result": ("GET", f"{attempt}/result", {}),
    }
    print("SQL statements (BEGIN and COMMIT apart)")
    for name, (method, path, body) in pages.items():
        sent.clear()
        learner.send(method, path, body)
        print(f"  {name:18}{len([s for s in sent if not s.startswith(('BEGIN', 'PRAGMA'))]):4}")


def cpu(settings: Settings) -> None:
    """CPU per request, in interleaved batches."""
    environment = {"ALONGSIDE_INSTANCE": str(settings.instance)}
    with (
        serving("bench.hello:app", {}) as (hello, hello_pid),
        serving("lms.wsgi:app", environment) as (ours, our_pid),
    ):

        def send(method: str, path: str, body: dict[str, str]):  # type: ignore[no-untyped-def]
            return learner.over_http(ours, method, path, body)

        learner = Learner(send)
        learner.begin()
        for _ in range(20):
            fetch(hello, "GET", "/").read()
            learner.send("GET", LESSON, {})
        spent: dict[str, list[float]] = {"hello": [], "lesson": [], "submission": []}
        for _ in range(ROUNDS):
            learner.cookie = ""  # another person each round: nobody may begin so many attempts
            learner.begin()
            spent["hello"].append(_batch(hello_pid, [lambda: fetch(hello, "GET", "/").read()] * BATCH * 5))
            spent["lesson"].append(_batch(our_pid, [lambda: learner.send("GET", LESSON, {})] * BATCH))
            attempts = [learner.answered_attempt() for _ in range(BATCH // 4)]
            submit = [lambda a=a: learner.send("POST", f"{a}/submission", {}) for a in attempts]
            time.sleep(0.05)
            spent["submission"].append(_batch(our_pid, submit))
    print(f"\nCPU per request, {ROUNDS} rounds in turn: minimum, median, maximum")
    for name, seconds in spent.items():
        print(f"  {name:12}{_spread([1000 * s for s in seconds])} ms")
    for name in ("lesson", "submission"):
        ratios = [ours / floor for ours, floor in zip(spent[name], spent["hello"], strict=True)]
        print(f"  {name} ÷ hello: {_spread(ratios)}")


def _batch(pid: int, requests: list) -> float:  # type: ignore[type-arg]
    before = cpu_seconds(pid)
    for request in requests:
        request()
    return (cpu_seconds(pid) - before) / len(requests)


def _spread(values: list[float]) -> str:
    return f"{min(values):6.2f} {statistics.median(values):6.2f} {max(values):6.2f}"


def main() -> None:
    """Prepare an installation of its own and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"ALONGSIDE_INSTANCE": folder})
        prepare(settings)
        print(f"\nMachine: {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; database: SQLite\n")
        statements(settings)
        cpu(settings)


if __name__ == "__main__":
    main()
