"""Where PostgreSQL's own programs are. Several versions may be there side by side."""

import functools
import re
import shutil
import subprocess
from pathlib import Path

from lms.backups.errors import BackupError

DEBIAN = Path("/usr/lib/postgresql")


def find(name: str, server: int = 0) -> Path:
    """The program of this name that is nearest to the main version `server` and not older; 0 is the newest.

    A dump by a newer program may hold what an older server does not know, and an older program refuses.
    """
    found = {_version(path): path for path in _places(name)}
    if not found:
        raise BackupError(
            f"{name} is not on this machine. It comes with PostgreSQL’s client programs: on Debian or "
            "Ubuntu, sudo apt install postgresql-client"
        )
    fitting = [version for version in found if version >= server]
    if not fitting:
        raise BackupError(
            f"{name} here is version {max(found)}, older than the PostgreSQL server, which is {server}. "
            f"Install the client programs of version {server} or newer."
        )
    return found[min(fitting) if server else max(fitting)]


def _places(name: str) -> list[Path]:
    on_path = shutil.which(name)
    return ([Path(on_path)] if on_path else []) + sorted(DEBIAN.glob(f"*/bin/{name}"))


@functools.cache
def _version(path: Path) -> int:
    """The main version a program says it has; 0 when it does not say."""
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    told = re.search(r"\) (\d+)", done.stdout)
    return int(told[1]) if told else 0
