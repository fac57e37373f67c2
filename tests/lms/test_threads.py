"""A web process answers several people at once, from its first moment on."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from lms.library import live_course, stored
from tests.lms.test_learning import SLUG

PROCESSES = 6
"""Each is new. Of those that crashed, each did so about every second time."""
FIRST = """
import pathlib, sys, threading
from courses.course import Course
from lms.library import unpacked
from lms.models import Attempt

packed = pathlib.Path(sys.argv[1]).read_bytes()
fact = {"name": "a", "value": ["b"], "checked": "2026-01-01", "review_by": "2027-01-01"}
gate, read = threading.Barrier(8), []

def first():
    gate.wait()
    read.append((unpacked(packed, Course).slug, Attempt(facts={"a": fact}).pinned_facts["a"].name))

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=first) for _ in range(8)]
for each in threads:
    each.start()
for each in threads:
    each.join()
sys.exit(len(read) != 8)
"""


@pytest.mark.slow
def test_the_first_requests_may_come_at_once(app: Flask, tmp_path: Path) -> None:
    """Eight threads of a new process read a course and an attempt's facts as its first deed, and it goes on."""
    with app.app_context():
        found = live_course(SLUG)
        packed = found and stored(found[1])
    assert packed
    file = tmp_path / "course"
    file.write_bytes(packed)
    for _ in range(PROCESSES):
        assert subprocess.run([sys.executable, "-c", FIRST, file], check=False).returncode == 0
