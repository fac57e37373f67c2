"""What a check says."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "take care", "wrong"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One sentence about one thing, and what to do about it unless it is ok."""

    check: str
    state: State
    said: str
    mend: str = ""


def ok(check: str, said: str) -> Finding:
    """Nothing needs doing."""
    return Finding(check=check, state="ok", said=said)


def take_care(check: str, said: str, mend: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding(check=check, state="take care", said=said, mend=mend)


def wrong(check: str, said: str, mend: str) -> Finding:
    """It does not work, or it is not safe."""
    return Finding(check=check, state="wrong", said=said, mend=mend)
