"""What is said on a round: how pieces are found, what a scanned code is, and how often guests write
from somewhere."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sosbox.admin.print_words import piece_name
from sosbox.i18n import N_, Localizer
from sosbox.pieces.codes import piece_number
from sosbox.pieces.queries import HangingPiece
from sosbox.printing.template import Size, Template
from sosbox.rounds.rules import Found, Verdict
from sosbox.rounds.silence import Rhythm

# How something was found, with its icon and the class of its colour.
FOUND_LABELS = {
    Found.GOOD: ("check", "good", N_("fine")),
    Found.TORN: ("alert", "bad", N_("torn")),
    Found.STAINED: ("alert", "warn", N_("stained")),
    Found.MISSING: ("x", "bad", N_("missing")),
    Found.OLD: ("clock", "warn", N_("old one")),
    Found.ELSEWHERE: ("route", "bad", N_("belongs elsewhere")),
}
# What somebody presses who looks at a piece.
FOUND_BUTTONS = {
    Found.GOOD: N_("It is fine"),
    Found.TORN: N_("Torn"),
    Found.STAINED: N_("Stained"),
    Found.MISSING: N_("Missing"),
}
# What is to be done about what was found, on lists.
REPAIR_LABELS = {
    Found.TORN: N_("Print it anew and hang it up."),
    Found.STAINED: N_("Clean it, or print it anew."),
    Found.MISSING: N_("Print it anew and hang it up."),
    Found.OLD: N_("Take it down and hang up the newer one."),
    Found.ELSEWHERE: N_("Take it to where it belongs."),
}
# What is said of a code, with its icon and the class of its colour.
VERDICT_LABELS = {
    Verdict.GOOD: ("check", "good", N_("Right: this hangs where it should.")),
    Verdict.UNNUMBERED: ("check", "good", N_("Right: this code belongs here.")),
    Verdict.ELSEWHERE: ("x", "bad", N_("Wrong: this belongs to another place.")),
    Verdict.OLD: ("clock", "warn", N_("Wrong: this is an old one.")),
    Verdict.REMOVED: ("clock", "warn", N_("Wrong: this should have been taken down.")),
    Verdict.UNKNOWN: ("alert", "bad", N_("Wrong: this code is none of ours.")),
    Verdict.STRANGE_ADDRESS: ("alert", "bad", N_("Wrong: this code leads past the box.")),
}
VERDICT_ADVICE = {
    Verdict.GOOD: N_("How does it look?"),
    Verdict.UNNUMBERED: N_("It does not say which piece it is. Is it the one below?"),
    Verdict.ELSEWHERE: N_("Take it along to where it belongs, and look what should hang here."),
    Verdict.OLD: N_("Take it down and hang up the newer one. Scan that one, too."),
    Verdict.REMOVED: N_("Take it down: as far as the box knew, it hung nowhere any more."),
    Verdict.UNKNOWN: N_(
        "Does it hang over ours, or pretend to be ours? Take it down and tell your manager: such"
        " codes can lead guests to pages of swindlers."
    ),
    Verdict.STRANGE_ADDRESS: N_(
        "It looks like one of ours and leads to another address. Was the address of the box changed"
        " since it was printed? Print it anew. If not, somebody has forged it: take it down and"
        " tell your manager."
    ),
}


class RoundWords:
    """Says all of this to one reader; templates use it. sizes: of the subscriber, by their ids."""

    def __init__(
        self, _: Localizer, zone: ZoneInfo, sizes: Mapping[str, tuple[Template, Size]]
    ) -> None:
        self._ = _
        self._zone = zone
        self._sizes = sizes

    def template(self, template: str) -> str:
        return piece_name(template, self._, self._sizes)

    def piece(self, piece: HangingPiece) -> str:
        """Which version it is, of when, and the number that stands on it."""
        _ = self._
        return _(
            "Version {num}, printed on {date}, number {number}",
            num=piece.version,
            date=_.date(piece.printed_at, self._zone),
            number=piece_number(piece.id).upper(),
        )

    def version(self, piece: HangingPiece) -> str:
        _ = self._
        date = _.date(piece.printed_at, self._zone)
        return _("Version {num} was printed on {date}.", num=piece.version, date=date)

    def counts(self, counts: Mapping[Found, int]) -> list[tuple[Found, str]]:
        """What was found how often, "3 torn", the good ones first."""
        return [
            (found, f"{self._.number(counts[found])} {self._(FOUND_LABELS[found][2])}")
            for found in Found
            if counts.get(found)
        ]

    def num_found(self, counts: Counter[Found]) -> str:
        return self._.plural("{num} piece looked at", "{num} pieces looked at", counts.total())

    def num_pieces(self, num: int) -> str:
        return self._.plural("{num} piece", "{num} pieces", num)

    def num_stops(self, num: int) -> str:
        return self._.plural("{num} place", "{num} places", num)

    def not_seen(self, num: int) -> str:
        """How many places were passed by."""
        return self._.plural(
            "{num} place was not looked at yet.", "{num} places were not looked at yet.", num
        )

    def rhythm(self, rhythm: Rhythm) -> str:
        """How often guests used to write."""
        _, gap = self._, rhythm.usual_gap
        a_day, a_week, a_month = (round(unit / gap) for unit in _UNITS)
        if a_day:
            return _.plural("about {num} message a day", "about {num} messages a day", a_day)
        if a_week:
            return _.plural("about {num} message a week", "about {num} messages a week", a_week)
        if a_month:
            return _.plural("about {num} message a month", "about {num} messages a month", a_month)
        return _("about one message every {time}", time=_.duration(gap))

    def day(self, when: datetime) -> str:
        return self._.date(when, self._zone)


_UNITS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
