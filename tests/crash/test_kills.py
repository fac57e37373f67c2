"""Kill -9 of the real server's processes while real processes learn."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.crash import notes
from tests.crash.evidence import done_all_the_same, lost, partial, unsound
from tests.crash.server import KINDS, Server, crowd


@pytest.mark.slow
def test_what_was_acknowledged_is_kept(
    prepared: Callable[[int], Flask],
    empty_database: str,
    tmp_path: Path,
    long: bool,
    tell: Callable[[str], None],
) -> None:
    """However its processes are killed under load, what learners were told was saved is there, whole, and once."""
    app, chance = prepared(2), random.Random(1)  # noqa: S311 - no secret
    with Server(empty_database, tmp_path) as server, crowd(server.port, tmp_path, 4, 1) as learners:
        for kind in _rounds(long):
            before = learners.size
            wanted = chance.randrange(500, 3_000)  # bytes of notes: some requests well answered in between
            _until(lambda: learners.size - before > wanted)  # noqa: B023
            time.sleep(chance.random() / 20)
            server.kill(kind, chance)
        _until(lambda: learners.size - before > 40_000)
    sent = notes.read(learners.notes)
    told = Counter(note.deed for note in sent if note.acknowledged)
    refused = [note for note in sent if not note.acknowledged and note.status != notes.CUT_OFF]
    cut = sum(note.status == notes.CUT_OFF for note in sent)
    tell(f"{len(_rounds(long))} kills ended {server.killed} web processes, {server.restarts} restarts;")
    tell(
        f"  acknowledged: {dict(told)}; cut off: {cut}, of these done all the same: {done_all_the_same(app, sent)}"
    )
    assert server.killed >= (100 if long else 5)
    assert lost(app, sent) == []
    assert partial(app, limit=2) == []
    assert unsound(app) == []
    assert refused == []
    assert "database is locked" not in server.said and "not expected" not in server.said
    assert min(told[deed] for deed in ("enrolment", "lesson", "attempt", "answer", "submission")) >= 4
    assert cut > 0, "no kill fell into a request: nothing was tried"


def _rounds(long: bool) -> list[str]:
    """What is killed, in turn: mostly single web processes, which is what happens most."""
    if not long:
        return [*KINDS, "a web process"]
    rare = {5: "everything at once", 16: "the web server", 27: "the supervisor"}
    return [
        rare.get(turn % 33, "every web process" if turn % 4 == 2 else "a web process") for turn in range(84)
    ]


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end, "the learners came to a halt"
        time.sleep(0.01)
