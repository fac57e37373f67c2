"""Reading a course in a child process with limits on time and memory.

Python-Markdown can burn seconds on hostile input, so nothing that a trainer wrote is parsed in a process
that serves learners. Run as `python -m lms.rendering`, it reads a job on standard input and writes a
`Reading` on standard output.
"""

import resource
import subprocess
import sys

import msgspec

from courses.media import Media
from courses.pictures import make
from courses.reader import Reading, read
from markup.problems import Problem, in_order

SECONDS = 60
MEMORY = 1024 * 1024 * 1024


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is asked to read: a bundle, its slug, and the names of facts it may use.

    Of films and sound only the names are sent; `media` says what they are served as.
    """

    slug: str
    bundle: dict[str, bytes]
    facts: list[str]
    media: dict[str, Media] = {}


def read_in_child(job: Job, *, seconds: int = SECONDS) -> Reading:
    """The course and its problems, read by a child process.

    Input that takes longer than `seconds`, or more than a gigabyte, is a problem like any other.
    """
    command = [sys.executable, "-m", "lms.rendering", str(seconds)]
    try:
        child = subprocess.run(  # noqa: S603
            command, input=msgspec.msgpack.encode(job), capture_output=True, timeout=2 * seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return _too_hard(seconds)
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        return _too_hard(seconds)
    if child.returncode:  # our own mistake, not the trainer's
        raise RuntimeError(f"The renderer failed:\n{child.stderr.decode(errors='replace')}")
    return msgspec.msgpack.decode(child.stdout, type=Reading)


def _too_hard(seconds: int) -> Reading:
    problem = Problem(
        path="course.md",
        message=f"Reading this course took over {seconds} seconds or too much memory, so it was stopped.",
        mend="Look for very long lines, or thousands of brackets or list levels, and take them out.",
    )
    return Reading(course=None, problems=(problem,))


def main() -> None:
    """Read one job under limits and write what came of it."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_read(job)))


def _read(job: Job) -> Reading:
    pictures = make(job.bundle)
    reading = read(job.bundle, job.slug, job.facts, media={**job.media, **pictures.media})
    problems = in_order((*reading.problems, *pictures.problems))
    return msgspec.structs.replace(reading, problems=problems, made=pictures.data)


if __name__ == "__main__":
    main()
