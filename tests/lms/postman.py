"""A worker that sends mails in a process of its own: a database, a folder, a file to send into; and where it ends.

Each mail is one line of the file. It ends by SIGKILL before or after the first mail is sent, or when all are.
"""

import datetime
import os
import signal
import sys
from pathlib import Path

from lms import outbox
from lms.app import create_app
from lms.outbox import MAILS, Mail, send_next
from tests.conftest import settings_for


def main(url: str, folder: str, letters: str, dies: str) -> None:
    def send(mail: Mail, _reference: str) -> None:
        if dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        with Path(letters).open("a", encoding="utf-8") as file:
            file.write(f"{mail.subject}\n")
        if dies == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    outbox.LEASE = datetime.timedelta(0)  # so that the next need not wait for it
    MAILS["test"] = lambda delivery: Mail(delivery.about["to"], delivery.about["word"], "Words.")
    with create_app(settings_for(url, Path(folder))).app_context():
        while send_next(send):
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
