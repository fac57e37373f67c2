"""How often something may be tried in an hour, by a network or by a person."""

import ipaddress

from flask import request
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from lms.access import me
from lms.db import begin_writing, db
from lms.models import Throttle


def caller() -> str:
    """The network a request came from, for throttling only: an IPv4 address, or the /64 of an IPv6 one.

    One customer holds a /64 and may come from any address in it.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.IPv6Address(int(address) >> 64 << 64))


def at_most(tries: int, what: str, who: str | None = None) -> None:
    """Count a try at something by this network, or by `who`; 429 for more than `tries` in an hour."""
    if not Throttle.allows(what, who or caller(), tries=tries, within=Throttle.LONGEST):
        raise TooManyRequests(retry_after=int(Throttle.LONGEST.total_seconds()))


def at_most_written(tries: int, what: str) -> None:
    """The same within what this request writes: one transaction less. It counts where that is committed."""
    begin_writing()
    if not Throttle.allows_in(db.session.connection(), what, caller(), tries=tries, within=Throttle.LONGEST):
        raise TooManyRequests(retry_after=int(Throttle.LONGEST.total_seconds()))


def at_most_each(tries: int, what: str) -> None:
    """The same, counted for each person and not for their network. Visitors are counted as they begin."""
    if current_user.is_authenticated:
        at_most(tries, what, me().label)
