"""What can go wrong with a backup."""


class BackupError(Exception):
    """No backup was made, or nothing was put back. The message says why and what to do."""
