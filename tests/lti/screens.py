"""What a platform shows in a browser: its own page with us in a frame, and what goes between."""

import html
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lti.platform import Platform

KEEPER = """
<script>
  const kept = {}, tool = "%s";
  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== tool || !data.message_id) return;
    const answer = { subject: data.subject + ".response", message_id: data.message_id, key: data.key };
    if (data.subject === "lti.put_data") kept[data.key] = answer.value = data.value;
    else if (data.subject === "lti.get_data") answer.value = kept[data.key] ?? null;
    else return;
    top.told = [...(top.told ?? []), data.subject];
    source.postMessage(answer, origin);
  });
</script>
"""
CAPABLE = """
<script>
  addEventListener("message", ({ data, origin, source }) => {
    if (data.subject !== "lti.capabilities") return;
    window.told = [...(window.told ?? []), data.subject];
    const answer = { subject: "lti.capabilities.response", message_id: data.message_id };
    source.postMessage({ ...answer, supported_messages: %s }, origin);
  });
</script>
"""


def capable(storage: str) -> str:
    """What a page that keeps things for tools says of itself: which of its frames does, unless it is itself."""
    frame = {} if storage == "_parent" else {"frame": storage}
    able = [{"subject": f"lti.{what}_data", **frame} for what in ("put", "get")]
    return CAPABLE % json.dumps([{"subject": "lti.capabilities"}, *able])


def course(platform: "Platform") -> str:
    """The course, which opens a link of its in a frame at once."""
    storage = platform.profile.storage
    sandbox = f' sandbox="{platform.sandbox}"' if platform.sandbox else ""
    keeper = storage and storage != "_parent" and f'<iframe name="{storage}" src="/storage" hidden></iframe>'
    return f"""<!doctype html><html lang="en"><title>Induction</title><h1>Induction</h1>
{keeper or ""}{capable(storage) if storage else ""}{KEEPER % platform.tool if storage == "_parent" else ""}
<iframe name="tool" title="Alongside" width="1000" height="700"{sandbox}></iframe>
{form(f"{platform.tool}/lti/login", platform.launch_form(**platform.opens), "tool")}"""


def storage(platform: "Platform") -> str:
    """What keeps things for tools."""
    return f"<!doctype html><title>Storage</title>{KEEPER % platform.tool}"


def form(action: str, fields: Mapping[str, str], target: str = "_self") -> str:
    """A form that sends itself, as platforms have them."""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items()
    )
    return f"""<form method="post" action="{action}" target="{target}">{hidden}</form>
<script>addEventListener("load", () => document.forms[0].submit());</script>"""
