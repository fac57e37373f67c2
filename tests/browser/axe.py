"""axe-core in a page: what it finds wrong. What it finds right is left out, which takes a third of its time."""

import json
from collections.abc import Mapping
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCRIPT = AXE_SCRIPT
"""What a page needs before it is looked at."""
_RUN = "options => axe.run(document, options).then(found => JSON.stringify(found.violations))"


def look(page: Page, *, without: tuple[str, ...] = ()) -> str:
    """What axe finds on a page that has its script: nothing if all is well. Rules in `without` are left out."""
    options: Mapping[str, Any] = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {rule: {"enabled": False} for rule in without},
        "reporter": "no-passes",
    }
    violations = json.loads(page.evaluate(_RUN, options))
    return str(AxeResults({"violations": violations}).generate_report()) if violations else ""
