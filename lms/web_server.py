"""How gunicorn serves us, as its configuration: the names are gunicorn's own. Address and number of
processes come from `lms/serving.py`.

Gunicorn's workers leave when their master has gone. Its master leaves when whoever began it has gone,
so that nothing is left holding the port when `alongside serve` is killed outright.
"""

import os
import signal
from types import FrameType

threads = 4
timeout = 60
graceful_timeout = 10
max_requests = 10_000
max_requests_jitter = 1_000
loglevel = "warning"
control_socket_disable = True  # one more way in that nobody uses, and it wants a home folder

_PARENT = os.getppid()


def when_ready(_server: object) -> None:
    """Look once a second whether our parent is still there. A timer is not inherited by the workers."""
    signal.signal(signal.SIGALRM, _leave_with_parent)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)


def _leave_with_parent(_signal: int, _frame: FrameType | None) -> None:
    if os.getppid() != _PARENT:
        os.kill(os.getpid(), signal.SIGTERM)
