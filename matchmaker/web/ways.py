"""Ways back: addresses on this site only."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_path(address: str) -> str:
    """Return the path and query of an address, never another site; "/" where there is none."""
    cleaned = "".join(sign for sign in address if sign.isprintable() and sign != "\\")
    parts = urlsplit(cleaned)
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
