"""What a learner noted of each thing they sent, in a file that only grows."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ACKNOWLEDGED = (204, 302)
CUT_OFF = 0


@dataclass(frozen=True, kw_only=True)
class Note:
    """One request that was sent. `status` is 0 where the connection broke before an answer came.

    `at` is when it was sent, in seconds of the clock; `took` how long the answer took. `cookie` is what the
    browser held afterwards, `where` the address it was sent on to.
    """

    learner: str
    deed: str
    at: float
    took: float
    status: int
    cookie: str = ""
    where: str = ""
    attempt: int = 0
    token: str = ""
    number: int = 0
    given: tuple[int, ...] = ()

    @property
    def acknowledged(self) -> bool:
        """Whether the learner was told that it was done."""
        return self.status in ACKNOWLEDGED

    @property
    def id_in_where(self) -> int:
        """The number of the attempt or award that the answer led to."""
        return int(self.where.split("?")[0].split("/")[2])

    def line(self) -> str:
        """As a line of the file."""
        return json.dumps(asdict(self)) + "\n"


def read(paths: Iterable[Path]) -> list[Note]:
    """All notes of some files, each file's in the order sent."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    told = [json.loads(line) for line in lines]
    return [Note(**{**each, "given": tuple(each["given"])}) for each in told]
