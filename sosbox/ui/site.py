"""What a request handler is given of the running box."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from litestar.connection import ASGIConnection

from sosbox.box import Box
from sosbox.dispatch.intake import Intake
from sosbox.places.directory import Directory
from sosbox.routing.queries import RuleBook


@dataclass(frozen=True)
class Site:
    box: Box
    directory: Directory = field(default_factory=Directory)
    rule_book: RuleBook = field(default_factory=RuleBook)

    @cached_property
    def intake(self) -> Intake:
        return Intake(self.box.keys)


def site_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Site:
    site = connection.app.state.site
    assert isinstance(site, Site)
    return site
