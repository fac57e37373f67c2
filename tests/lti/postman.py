"""A worker that sends grades in a process of its own: a database, a folder, and where it ends.

It ends by SIGKILL before or after the first grade is sent, or when all are.
"""

import dataclasses
import datetime
import os
import signal
import sys
from pathlib import Path
from typing import Any

from lms import outbox
from lms.app import create_app
from lms.lti import services
from lms.lti.grades import Postbag
from tests.conftest import settings_for


def main(url: str, folder: str, dies: str) -> None:
    ask = services.ask

    def asked(*said: Any, **named: Any) -> Any:
        if dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = ask(*said, **named)
        if dies == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    outbox.LEASE = datetime.timedelta(0)  # so that the next need not wait for it
    services.ask = asked
    settings = dataclasses.replace(settings_for(url, Path(folder)), lti_allow=frozenset({"127.0.0.1"}))
    with create_app(settings).app_context():
        bag = Postbag()
        while bag.send_next():
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
