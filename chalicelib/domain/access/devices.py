"""What a browser says it is, in two words, so that people recognise their sessions; nothing else of it is kept."""

from __future__ import annotations

# The first that occurs in the header; each browser also names those that it is like.
BROWSERS = (
    ("undersigned", "Undersigned"),
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
    ("curl", "curl"),
)
SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("macintosh", "macOS"),
    ("cros", "ChromeOS"),
    ("linux", "Linux"),
)


def device_of(user_agent: str) -> tuple[str, str]:
    """The browser and the system that a User-Agent header names, such as `("Firefox", "Windows")`; empty what it does not."""
    said = user_agent.lower()
    return _first(BROWSERS, said), _first(SYSTEMS, said)


def _first(names: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for mark, name in names if mark in said), "")
