"""Backups: the whole database in one file, made and put back by the database's own means.

A backup is a plain SQLite file or PostgreSQL's own custom dump, so its first bytes say what it is, and it
can be read without us. Inside stands the migration it was made at. It holds what learners did and the names
on their certificates, but neither the secret key nor any session's token.
"""

from lms.backups.errors import BackupError
from lms.backups.making import LAST, Made, make, note
from lms.backups.restoring import restore

__all__ = ["LAST", "BackupError", "Made", "make", "note", "restore"]
