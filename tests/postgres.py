"""A real PostgreSQL for the tests: the one named by ALONGSIDE_TEST_POSTGRES_URL, or a private one."""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg


class NoPostgresError(Exception):
    """There is no PostgreSQL to test with. The message says why."""


def named() -> str | None:
    """The server that the tests are to use, where one is named: what they make on it, they take away again."""
    return os.environ.get("ALONGSIDE_TEST_POSTGRES_URL")


@contextlib.contextmanager
def server(*, fsync: bool = False) -> Iterator[str]:
    """The address of a server that may make databases, ending before the database's name.

    A private one waits for the disk only with `fsync`; one that was named does as it was set up to do.
    """
    if address := named():
        yield address.rpartition("/")[0]
        return
    with _private_server(fsync) as folder:
        yield f"postgresql+psycopg://postgres@/?host={folder}&dbname="


def url_of(server_url: str, database: str) -> str:
    """The address of one database on the server."""
    return server_url + database if server_url.endswith("dbname=") else f"{server_url}/{database}"


def run(server_url: str, statement: str) -> None:
    """Run one statement outside a transaction, as making a database needs."""
    plain = url_of(server_url, "postgres").replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@contextlib.contextmanager
def _private_server(fsync: bool) -> Iterator[str]:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))  # noqa: PTH207
    if not found:
        raise NoPostgresError("no PostgreSQL is installed here (Debian: sudo apt install postgresql)")
    bin_folder, folder = Path(found[-1]), tempfile.mkdtemp(prefix="alongside-pg-")
    as_user = _another_user(folder)
    try:
        data = f"{folder}/data"
        _call(
            as_user,
            bin_folder / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        )
        options = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "fsync": "on" if fsync else "off",
            "log_min_messages": "fatal",
        }
        command = [*as_user, str(bin_folder / "postgres"), "-D", data]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for(bin_folder, folder, process)
        yield folder
        process.send_signal(signal.SIGQUIT)  # at once: its files go, too
        process.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _another_user(folder: str) -> list[str]:
    """PostgreSQL refuses to run as root, so root lends the folder to another user."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            person = pwd.getpwnam(name)
            os.chown(folder, person.pw_uid, person.pw_gid)
            return ["setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--clear-groups"]
    raise NoPostgresError("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _call(as_user: list[str], *command: object) -> None:
    done = subprocess.run(
        [*as_user, *map(str, command)], capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        raise NoPostgresError(f"initdb failed: {done.stderr.strip().splitlines()[-1:]}")


def _wait_for(bin_folder: Path, folder: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise NoPostgresError("the PostgreSQL server stopped at once")
        if subprocess.run([bin_folder / "pg_isready", "-q", "-h", folder], check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise NoPostgresError("the PostgreSQL server did not answer in ten seconds")
