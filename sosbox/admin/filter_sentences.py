"""A filter read as one sentence, in the reader's language.

Each clause is a message of its own whose subject is "a message", as those of rules are.
"""

from collections.abc import Iterable, Iterator

from sosbox.admin.time_words import minutes_words
from sosbox.admin.words import language_name
from sosbox.i18n import N_, Localizer
from sosbox.routing.filter_settings import FilterSettings
from sosbox.routing.filters import FilterAction
from sosbox.routing.settings import Settings
from sosbox.routing.words import split_words

ACTION_LABELS = {
    FilterAction.QUARANTINE: N_("Quarantine: nobody is told until somebody releases it"),
    FilterAction.DIGEST: N_("Less: it is told of in the daily digest alone"),
    FilterAction.MARK: N_("Mark: it is told as usual, and carries the name of the filter"),
}
_PATTERNS = {
    FilterAction.QUARANTINE: N_("When a message {conditions}, hold it in quarantine."),
    FilterAction.DIGEST: N_("When a message {conditions}, tell of it in the daily digest alone."),
    FilterAction.MARK: N_("When a message {conditions}, mark it."),
}
# More entries of a list than these are counted.
_MAX_NAMED = 4


class FilterSentences:
    """Says the filters of a subscriber to one reader."""

    def __init__(self, settings: Settings, _: Localizer) -> None:
        self._settings = settings
        self._ = _

    def filter(self, each: FilterSettings) -> str:
        conditions = self._.all_of(list(self._clauses(each)))
        return self._(_PATTERNS[each.action], conditions=conditions)

    def _clauses(self, each: FilterSettings) -> Iterator[str]:
        _, stored = self._, each.conditions
        house = self._settings.houses.get(each.establishment_id or 0)
        if house is not None:
            yield _("is written in {house}", house=house.name)
        if points := stored.get("access_points"):
            known = self._settings.points
            codes = [known[point].code for point in points if point in known]
            yield _("comes from {places}", places=self._named(codes))
        if receipts := stored.get("receipts"):
            yield _("is written under {receipts}", receipts=self._named(receipts))
        if contacts := stored.get("contacts"):
            yield _("is signed with {contacts}", contacts=self._named(contacts))
        yield from self._words(stored.get("words", ()))
        if languages := stored.get("lists"):
            names = self._named([language_name(language) for language in languages])
            yield _("holds an offensive word ({languages})", languages=names)
        if pattern := stored.get("pattern"):
            yield _("fits the pattern {pattern}", pattern=pattern)
        yield from self._numbers(each)

    def _words(self, words: Iterable[str]) -> Iterator[str]:
        _ = self._
        wanted, excluded = split_words(words)
        if wanted:
            yield _("says {words}", words=self._named(self._quoted(wanted)))
        if excluded:
            yield _("does not say {words}", words=self._named(self._quoted(excluded)))

    def _numbers(self, each: FilterSettings) -> Iterator[str]:
        _, stored = self._, each.conditions

        def time(name: str) -> str:
            return minutes_words(stored[name], _)

        if links := stored.get("links"):
            yield _.plural("has {num} link or more", "has {num} links or more", links)
        if times := stored.get("repeated"):
            yield _.plural(
                "repeats a sign or word {num} time", "repeats a sign or word {num} times", times
            )
        if burst := stored.get("burst"):
            yield _.plural(
                "follows {num} other at its place within {time}",
                "follows {num} others at its place within {time}",
                burst - 1,
                time=time("burst_minutes"),
            )
        if stored.get("same_within_minutes"):
            yield _(
                "says the same as another one within {time} before",
                time=time("same_within_minutes"),
            )
        if percent := stored.get("similar"):
            yield _(
                "says the same to {percent} % as another one within {time} before",
                percent=percent,
                time=time("similar_within_minutes"),
            )

    def _named(self, items: list[str]) -> str:
        _ = self._
        if len(items) <= _MAX_NAMED:
            return _.one_of(items)
        num_more = len(items) - _MAX_NAMED
        more = _.plural("{num} other", "{num} others", num_more)
        return _.one_of([*items[:_MAX_NAMED], more])

    def _quoted(self, words: Iterable[str]) -> list[str]:
        return [self._("“{word}”", word=word) for word in words]
