"""Everybody at once."""

import os
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.crash import notes
from tests.crash.evidence import lost, partial, unsound
from tests.crash.server import Server, crowd
from tests.lms import served

PROCESSES = 8


@pytest.mark.slow
def test_eight_processes_submit(
    prepared: Callable[[int], Flask],
    empty_database: str,
    tmp_path: Path,
    long: bool,
    tell: Callable[[str], None],
) -> None:
    """Eight processes send to eight web processes as fast as they can: none is told to wait or that we failed."""
    app, seconds = prepared(2), 30 if long else 4
    with Server(empty_database, tmp_path, web_processes=PROCESSES) as server:
        with crowd(server.port, tmp_path, PROCESSES, 3) as learners:
            served.wait_until(lambda: learners.size > 0)
            time.sleep(seconds)
        load = os.getloadavg()[0]
    sent = notes.read(learners.notes)
    told = Counter(note.deed for note in sent if note.acknowledged)
    lasted = max(note.at for note in sent) - min(note.at for note in sent)
    took = statistics.quantiles([1000 * note.took for note in sent], n=100)
    tell(
        f"{PROCESSES} processes, {lasted:.0f} s: {len(sent)} forms ({len(sent) / lasted:.0f}/s), of these "
        f"{told['answer']} answers and {told['submission']} submissions; p50 {took[49]:.0f} ms, p99 {took[98]:.0f} ms, "
        f"longest {1000 * max(note.took for note in sent):.0f} ms; "
        f"locked: {server.said.count('database is locked')}; load {load:.1f}"
    )
    assert [note for note in sent if not note.acknowledged] == []
    assert "database is locked" not in server.said and "not expected" not in server.said
    assert lost(app, sent) == [] and partial(app, limit=2) == [] and unsound(app) == []
    assert told["submission"] > 5
