"""Our own CSS, JavaScript and icon: joined once at start, named by their digest, cached for a year."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Asset:
    """One file as a browser gets it."""

    name: str
    media_type: str
    data: bytes
    gzipped: bytes
    digest: str


def load() -> dict[str, Asset]:
    """All assets by name: `app.css` and `app.js` are the files their folder's order.txt lists."""
    return {
        asset.name: asset
        for asset in (
            _asset("app.css", "text/css; charset=utf-8", _joined(STATIC / "css")),
            _asset("app.js", "text/javascript; charset=utf-8", _joined(STATIC / "js")),
            _asset("icon.svg", "image/svg+xml", (STATIC / "icon.svg").read_bytes()),
        )
    }


def _joined(folder: Path) -> bytes:
    names = (folder / "order.txt").read_text(encoding="utf-8").split()
    return b"\n".join((folder / name).read_bytes() for name in names)


def _asset(name: str, media_type: str, data: bytes) -> Asset:
    return Asset(
        name, media_type, data, gzip.compress(data, 9, mtime=0), hashlib.sha256(data).hexdigest()[:16]
    )
