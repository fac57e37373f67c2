"""Reading a course in a child process with limits on time and memory.

Python-Markdown can burn seconds on hostile input, so nothing that a trainer wrote is parsed in a process
that serves learners. Run as `python -m lms.rendering`, it reads a job on standard input and writes a
`Reading` on standard output.
"""

import os
import resource
import subprocess
import sys
import time

import msgspec

from courses.media import Media, is_media
from courses.pictures import make
from courses.reader import Reading, read
from markup.problems import Problem, in_order

SECONDS = 3
BYTES_A_SECOND = 40_000
MOST_SECONDS = 60
"""Processor time that any course may take, how far it grows with its texts (five times what they need on a
slow machine), and where it ends.
"""
PICTURE_SECONDS = 8
"""Processor time more where there are pictures: their pixels are limited in all, see `courses.pictures`."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""
_NEEDED = ("PATH", "PYTHONPATH", "PYTHONHOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
TOLD = b"reading "
"""What a line of the child's begins with that names the file it comes to."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is asked to read: a bundle, its slug, and the names of facts it may use.

    Of films and sound only the names are sent; `media` says what they are served as.
    """

    slug: str
    bundle: dict[str, bytes]
    facts: list[str]
    media: dict[str, Media] = {}


_READING = msgspec.msgpack.Decoder(Reading)
"""Made before there are threads, as those of `lms.library`."""


def read_in_child(job: Job, *, seconds: int | None = None, memory: int = MEMORY) -> Reading:
    """The course and its problems, read by a child process.

    Input that takes more processor time or memory than a course of its size may is a problem like any other,
    which names the file that took most of the time.
    """
    seconds = seconds or allowed(job)
    command = [sys.executable, "-m", "lms.rendering", str(seconds), str(memory)]
    try:
        child = subprocess.run(  # noqa: S603
            command,
            input=msgspec.msgpack.encode(job),
            capture_output=True,
            timeout=60 + 4 * seconds,  # a busy machine is no fault of the course
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},  # no secret goes along
            check=False,
        )
    except subprocess.TimeoutExpired as stopped:
        return _too_hard(stopped.stderr or b"", seconds)
    if child.returncode < 0 or (child.returncode and b"\nMemoryError" in child.stderr):
        return _too_hard(child.stderr, seconds)
    if child.returncode:  # our own mistake, not the trainer's
        raise RuntimeError(f"The renderer failed:\n{child.stderr.decode(errors='replace')}")
    return _READING.decode(child.stdout)


def allowed(job: Job) -> int:
    """The seconds of processor time that reading a course of this size may take."""
    texts = sum(len(data) for path, data in job.bundle.items() if not is_media(path))
    pictures = PICTURE_SECONDS if any(map(is_media, job.bundle)) else 0
    return min(MOST_SECONDS, SECONDS + pictures + texts // BYTES_A_SECOND)


def _too_hard(told: bytes, seconds: int) -> Reading:
    problem = Problem(
        path=_slowest(told, seconds),
        message="Reading this file took too much time or memory, so it was stopped.",
        mend="Look for very long lines, or thousands of brackets or list levels, and take them out.",
    )
    return Reading(course=None, problems=(problem,))


def _tell(path: str) -> None:
    """Say on standard error which file is read from now on, by the clock of the processor."""
    sys.stderr.buffer.write(TOLD + msgspec.json.encode((time.process_time(), path)) + b"\n")
    sys.stderr.buffer.flush()


def _slowest(told: bytes, end: int) -> str:
    """The file that took longest, from what `_tell` said until the processor's clock said `end`."""
    lines = (line.removeprefix(TOLD) for line in told.splitlines() if line.startswith(TOLD))
    begun = [msgspec.json.decode(line, type=tuple[float, str]) for line in lines]
    ends = [*(moment for moment, _ in begun[1:]), end]
    spans = (
        [(after - moment, path) for (moment, path), after in zip(begun, ends, strict=True)] if begun else []
    )
    return max(spans, default=(0.0, "course.md"))[1]


def main() -> None:
    """Read one job under limits and write what came of it."""
    seconds, memory = (int(argument) for argument in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_read(job)))


def _read(job: Job) -> Reading:
    pictures = make(job.bundle, _tell)
    reading = read(job.bundle, job.slug, job.facts, media={**job.media, **pictures.media}, begun=_tell)
    problems = in_order((*reading.problems, *pictures.problems))
    return msgspec.structs.replace(reading, problems=problems, made=pictures.data)


if __name__ == "__main__":
    main()
