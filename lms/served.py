"""The bytes of a media file as they are served: any part of them, and no more in memory than that part."""

import io
import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from lms.models import Blob


class Served(io.RawIOBase):
    """A file in the database, to be read from any place. Each reading is a short look of its own, so that
    someone on a slow line holds no connection.
    """

    def __init__(self, engine: Engine, digest: str, media_type: str, size: int) -> None:
        self.digest = digest
        self.media_type = media_type
        self.size = size
        self._engine = engine
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begins = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, begins + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(0, self.size - self._at)
        wanted = left if size < 0 else min(size, left)
        if not wanted:
            return b""
        with self._engine.connect() as connection:
            data = _part(connection, self.digest, self._at, wanted)
        self._at += len(data)
        return data


def _part(connection: Connection, digest: str, begin: int, size: int) -> bytes:
    """So many bytes of a blob. SQLite's substr() would fetch the whole blob each time to cut them out."""
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        row = connection.exec_driver_sql("SELECT rowid FROM blob WHERE digest = ?", (digest,)).scalar_one()
        with driver.blobopen("blob", "data", row, readonly=True) as blob:
            blob.seek(begin)
            return blob.read(size)
    return bytes(
        connection.scalars(select(func.substr(Blob.data, begin + 1, size)).where(Blob.digest == digest)).one()
    )
