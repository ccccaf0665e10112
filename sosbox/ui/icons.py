"""Our own icons, 24 px grid, 2 px line; inline, so that they take the colour of the text.

Some are large as well, as pictograms that stand beside easy sentences.
"""

from markupsafe import Markup

_PATHS = {
    "alert": "M12 3 2 20h20L12 3zM12 10v4M12 17.5v.01",
    "answer": "M10 8V4L3 11l7 7v-4c5 0 8 1.5 11 5-1-6-4-10-11-11z",
    "arrow-back": "M20 12H4M10 6l-6 6 6 6",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 2H4l2-2zM10 22h4",
    "bell-off": "M6 17V11a6 6 0 0 1 12 0v6l2 2H4l2-2zM10 22h4M3 4l18 16",
    "brush": "M20 4c-5 2-9 6-11 9l3 3c3-2 6-6 8-12zM8.5 13.5C6 13.5 5 15.5 5 17c0 1.5-.5 2.5-2 3 4 1 8.5 0 8.5-3.5",
    "calendar": "M4 6h16v14H4V6zM4 10h16M8 3v5M16 3v5",
    "camera": "M4 7h4l2-3h4l2 3h4v12H4V7zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
    "check": "M4 12.5 9.5 18 20 6.5",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
    "dot": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "down": "M12 5v14M6 13l6 6 6-6",
    "easy": "M12 6.5C9.5 4.5 6 4 3 4.5V18c3-.5 6.5 0 9 2 2.5-2 6-2.5 9-2V4.5c-3-.5-6.5 0-9 2zM12 6.5V20M6 9h3M6 12.5h3M15 11l1.5 2 3-4",
    "edit": "M4 20v-4L16 4l4 4L8 20H4zM13.5 6.5l4 4",
    "eye": "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "filter": "M3 5h18l-7 8v6l-4-2v-4L3 5z",
    "heart": "M12 20C5.5 15.5 3 12.5 3 9a4.5 4.5 0 0 1 9-1.5A4.5 4.5 0 0 1 21 9c0 3.5-2.5 6.5-9 11z",
    "help": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17v.01",
    "home": "M4 11l8-7 8 7v9H4v-9zM9.5 20v-6h5v6",
    "idea": "M9.5 18h5M10.5 21h3M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.2 1.1 2.2h5c0-1 .4-1.6 1.1-2.2A6 6 0 0 0 12 3z",
    "inbox": "M3 13 6 5h12l3 8v6H3v-6zM3 13h5l1.5 3h5L16 13h5",
    "key": "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l9-9M16 7l3 3",
    "language": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
    "lock": "M6 11h12v9H6v-9zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "logout": "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
    "mail": "M3 6h18v12H3V6zM3 7l9 6 9-6",
    "note": "M5 4h14v11l-5 5H5V4zM14 20v-5h5M8 8.5h8M8 12h5",
    "off": "M12 3v8M7 6.5a7.5 7.5 0 1 0 10 0",
    "opinion": "M3 4h18v12h-9l-5 4v-4H3V4zM8 10v.01M12 10v.01M16 10v.01",
    "pause": "M8 5v14M16 5v14",
    "phone": "M6 3h4l1.5 5L9 10a12 12 0 0 0 5 5l2-2.5 5 1.5v4c0 1.5-1 3-3 3C10 21 3 14 3 6c0-2 1.5-3 3-3z",
    "pin": "M12 21c5-5.5 7-8.5 7-11.5a7 7 0 0 0-14 0C5 12.5 7 15.5 12 21zM12 7.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
    "plus": "M12 5v14M5 12h14",
    "print": "M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7v-7z",
    "progress": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12v.01M12 12v.01M16 12v.01",
    "read": "M21 4H3v12h9l5 4v-4h4V4zM7 8h10M7 12h6",
    "receipt": "M5 3h14v18l-2.3-2-2.4 2-2.3-2-2.3 2-2.4-2L5 21V3zM8.5 8h2M13.5 8h2M8.5 12h2M13.5 12h2",
    "reopen": "M4 12a8 8 0 1 0 3-6.2M4 4v4h4",
    "route": "M4 6h4c6 0 4 12 10 12h2M17 15l3 3-3 3M4 18h3M14 6h6",
    "save": "M12 3v12M7 10.5 12 15l5-4.5M4 20h16",
    "sad": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9.5v.5M15 9.5v.5M8.5 16.5c2-2.5 5-2.5 7 0",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    "send": "M3 11 21 3l-7 18-3-8-8-2z",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
    "up": "M12 19V5M6 11l6-6 6 6",
    "shield": "M12 3 5 6v5c0 5 3 8.5 7 10 4-1.5 7-5 7-10V6l-7-3z",
    "user": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 3.5-6 8-6s8 2 8 6",
    "users": "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2 20c0-4 3-5.5 7-5.5s7 1.5 7 5.5M16 5.5a3.5 3.5 0 0 1 0 6.5M18 15c2.5.5 4 2 4 5",
    "walk": "M13 3a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM12 8.5 8 10.5v4M12 8.5l-1 6 3.5 2.5 1 5M11 14.5 9.5 18 7 21M12 8.5l2.5 3.5 3.5 1",
    "write": "M18 10V7l-4-4H4v18h6M7 8h5M7 12h4M13 21l1-4 6-6 3 3-6 6-4 1z",
    "x": "M5 5l14 14M19 5 5 19",
}
# What points along the line of reading points the other way where that runs from right to left.
_TURNING = frozenset({"answer", "arrow-back", "logout", "read", "route", "send", "write"})


def icon(name: str, label: str = "") -> Markup:
    """An icon as inline SVG; without a label it is decoration and hidden from screen readers.

    Raises KeyError.
    """
    return _draw("icon", name, label)


def pictogram(name: str, label: str = "") -> Markup:
    """The same drawing as a picture beside a sentence; how large, the style sheet says.

    Raises KeyError.
    """
    return _draw("pictogram", name, label)


def _draw(look: str, name: str, label: str) -> Markup:
    role = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    turns = " turns" if name in _TURNING else ""
    return Markup(
        '<svg class="{}{}" viewBox="0 0 24 24" width="24" height="24" {}><path d="{}"/></svg>'
    ).format(look, turns, role, _PATHS[name])
