"""Who looks after the box itself, when several companies may share it."""

import sqlite3

from sosbox.staff.rules import Role, Viewer


def is_box_owner(connection: sqlite3.Connection, viewer: Viewer) -> bool:
    """Whether the viewer may set what holds for the whole box, such as its mail server.

    Owners of the company that was there first: whoever has set the box up. A company that came
    later could otherwise read the mail of the others by sending it over a server of its own.
    """
    if viewer.role is not Role.OWNER:
        return False
    (first,) = connection.execute("SELECT min(id) FROM subscribers").fetchone()
    return bool(first == viewer.subscriber_id)
