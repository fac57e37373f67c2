"""`make bench`: what pages cost, in SQL statements, CPU, bytes and memory, against a hello-world.

All servers are of one kind (gunicorn as `alongside serve` runs it, one web process, on this machine) and
take turns in one run, so the ratios mean something even where the machine is busy. Milliseconds are for
orientation only.
"""

import functools
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from bench import journey, sites
from bench.grades import send
from bench.launches import Launches, rsa_floor
from bench.learner import Learner
from bench.servers import Server, fetch
from lms.app import create_app
from lms.settings import Settings

ROUNDS = 7
HELLOS = 200
FEW = ("SQLite", "PostgreSQL")
"""Where learning systems are measured: many learners make no difference to them."""

Spent = dict[tuple[str, str], list[float]]
"""By site and deed: CPU seconds for each request, one figure for each round."""


def learner_at(server: Server) -> Learner:
    """Someone who has begun the course, in a browser."""
    made = Learner(lambda method, path, body: Learner.over_http(made, server.address, method, path, body))
    made.begin()
    return made


def measure(
    servers: Mapping[str, Server], learners: Mapping[str, Learner], lesson: str, pdfs: Mapping[str, str]
) -> Spent:
    """CPU of every deed at every site, in turn; a first round that only warms up is not counted."""
    spent: Spent = defaultdict(list)
    for number in range(ROUNDS + 1):
        hellos = [functools.partial(_hello, servers["hello"].address)] * HELLOS
        found = {("hello", "hello"): [_cost(servers["hello"], hellos)]}
        for site, learner in learners.items():
            for name, requests in journey.batches(learner, lesson, pdfs[site]):
                found.setdefault((site, name), []).append(_cost(servers[site], requests))
        for key, seconds in found.items() if number else ():
            spent[key].append(statistics.mean(seconds))
    return spent


def _hello(address: str) -> None:
    fetch(address, "GET", "/").read()


def _cost(server: Server, requests: list[journey.Request]) -> float:
    before = server.cpu()
    for request in requests:
        request()
    time.sleep(0.02)  # what is done after an answer counts too
    return (server.cpu() - before) / len(requests)


def table(spent: Spent, counts: Mapping[str, int], names: list[str]) -> None:
    """Print it as Markdown: milliseconds, and times the hello-world of the same round."""
    hello = spent["hello", "hello"]
    print(f"\nHello-world: {_median(hello) * 1000:.2f} ms\n")
    print("| | SQL statements |" + "".join(f" {name} |" for name in names))
    print("|---|--:|" + "--:|" * len(names))
    for deed, count in counts.items():
        cells = []
        for name in names:
            times = [ours / floor for ours, floor in zip(spent[name, deed], hello, strict=True)]
            cells.append(f" {_median(spent[name, deed]) * 1000:.1f} ms, {_median(times):.1f} × |")
        print(f"| {deed} | {count} |" + "".join(cells))
    print()
    for empty, many in (("SQLite", "SQLite, many"), ("PostgreSQL", "PostgreSQL, many")):
        for deed in counts if many in names else ():
            pairs = zip(spent[many, deed], spent[empty, deed], strict=True)
            print(f"- {deed}, {many} ÷ empty: {_median([a / b for a, b in pairs]):.2f}")


def launch(servers: Mapping[str, Server], ours: Mapping[str, Launches]) -> None:
    """Print what login and launch cost, against two RSA operations and two hello-worlds of that round."""
    spent: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for number in range(ROUNDS + 1):
        hello = _cost(servers["hello"], [functools.partial(_hello, servers["hello"].address)] * HELLOS)
        floor = rsa_floor() + 2 * hello
        for name, platform in ours.items():
            requests, before = platform.requests(), servers[name].database_cpu()
            cost = _cost(servers[name], requests)
            own = cost - (servers[name].database_cpu() - before) / len(requests)
            if number:
                spent[name].append((cost, cost / floor, own / floor))
    for name, found in spent.items():
        cost, times, own = map(_median, zip(*found, strict=True))
        print(
            f"Launch, {name}: {cost * 1000:.1f} ms, {times:.1f} x the floor; "
            f"{own:.1f} x without the database's own processes"
        )


def grades(ours: Mapping[str, Flask]) -> None:
    """Print how fast one worker sends grades that wait."""
    for name, app in ours.items():
        told = send(app)
        print(
            f"Grades, {name}: {told.a_second:.0f} a second, {told.cpu * 1000:.1f} ms of CPU each, "
            f"token requests: {told.tokens}"
        )


_median = statistics.median


def main() -> None:
    """Prepare installations of their own and measure them."""
    with (
        tempfile.TemporaryDirectory() as made,
        sites.databases(folder := Path(made)) as urls,
        sites.served(folder, urls) as servers,
    ):
        ours = {name: create_app(Settings.from_env(_environment(folder, url))) for name, url in urls.items()}
        learners = {name: learner_at(servers[name]) for name in urls}
        lesson = journey.first_lesson(learners["SQLite"])
        pdfs = {name: journey.award_for_last(ours[name]) for name in urls}
        print(f"\nMachine: {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        first, following = journey.wire(learners["SQLite"], lesson)
        counts = journey.statements(ours["SQLite"])
        table(measure(servers, learners, lesson, pdfs), counts, list(urls))
        print(f"\nLesson on the wire: first visit {first / 1000:.1f} KB, the next {following / 1000:.1f} KB")
        for name in urls:
            pss, rss = servers[name].memory()
            print(f"Web process, {name}: {pss:.0f} MB (PSS), {rss:.0f} MB (RSS)")
        launch(servers, {name: Launches(ours[name], servers[name].address) for name in FEW if name in urls})
        grades({name: ours[name] for name in FEW if name in urls})
        print(f"Load at the end: {os.getloadavg()[0]:.1f}")


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "ALONGSIDE_INSTANCE": str(folder),
        "ALONGSIDE_DATABASE_URL": url,
        "ALONGSIDE_LTI_ALLOW": "127.0.0.1",
    }


if __name__ == "__main__":
    main()
