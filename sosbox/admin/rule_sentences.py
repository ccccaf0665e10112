"""A rule read as one sentence, and a step as two or three, in the reader's language.

Each clause is a message of its own whose subject is "a message"; lists are put together as the
language does it. So nothing has to be inflected here.
"""

from collections.abc import Iterable, Mapping

from sosbox.admin.time_words import (
    after_another,
    date_words,
    hour_words,
    minutes_words,
    weekday_words,
)
from sosbox.cases.rules import Kind, Origin
from sosbox.i18n import N_, Localizer
from sosbox.routing.settings import RuleSettings, Settings, StepSettings
from sosbox.routing.words import split_words

KIND_PHRASES: Mapping[str, str] = {
    Kind.UNSPECIFIED: N_("a message without a kind"),
    Kind.COMPLAINT: N_("a complaint"),
    Kind.SUGGESTION: N_("a suggestion"),
    Kind.OPINION: N_("an opinion"),
    Kind.THANKS: N_("a word of thanks"),
}
ORIGIN_PHRASES: Mapping[str, str] = {
    Origin.QR: N_("a QR code"),
    Origin.KIOSK: N_("a touch screen"),
    Origin.DESK: N_("the reception desk"),
    Origin.PHONE: N_("the telephone"),
    Origin.WEB: N_("the website"),
    Origin.SOCIAL: N_("a social network"),
}
STEP_PATTERNS = {
    "opened": N_("If nobody has opened the case after {time}, tell {recipients}."),
    "answered": N_("If nobody has answered after {time}, tell {recipients}."),
    "resolved": N_("If the case is not resolved after {time}, tell {recipients}."),
}
_PATTERN = N_("When a message {conditions}, {effects}.")
_PATTERN_AND_STOP = N_("When a message {conditions}, {effects}, and stop there.")
_PATTERN_OF_ALL = N_("For every message, {effects}.")
_PATTERN_OF_ALL_AND_STOP = N_("For every message, {effects}, and stop there.")


class RuleSentences:
    """Says the rules and steps of a subscriber to one reader."""

    def __init__(self, settings: Settings, _: Localizer) -> None:
        self._settings = settings
        self._ = _

    def rule(self, rule: RuleSettings) -> str:
        _ = self._
        clauses, effects = self.clauses(rule), self._effects(rule)
        is_stop = rule.is_stop and bool(effects)
        said = _.all_of(effects or [_("follow no later rule") if rule.is_stop else _("do nothing")])
        if not clauses:
            pattern = _PATTERN_OF_ALL_AND_STOP if is_stop else _PATTERN_OF_ALL
            return _(pattern, effects=said)
        pattern = _PATTERN_AND_STOP if is_stop else _PATTERN
        return _(pattern, conditions=_.all_of(clauses), effects=said)

    def clauses(self, rule: RuleSettings) -> list[str]:
        """The conditions, each as the rest of a sentence that begins with "a message"."""
        _, stored = self._, rule.conditions
        wanted, excluded = split_words(stored.get("words", ()))
        excluded += stored.get("without_words", ())
        return [
            *self._house(rule),
            *self._listed(N_("comes from {areas}"), areas=self._areas(rule)),
            *self._listed(N_("is written at {places}"), places=self._points(rule)),
            *self._listed(
                N_("is {kinds}"), kinds=[_(KIND_PHRASES[kind]) for kind in stored.get("kinds", ())]
            ),
            *self._listed(N_("says {words}"), words=self._quoted(wanted)),
            *self._listed(N_("does not say {words}"), words=self._quoted(excluded)),
            *self._listed(N_("is written in {languages}"), languages=self._languages(rule)),
            *self._time(rule),
            *self._anonymous(rule),
            *self._listed(
                N_("comes through {origins}"),
                origins=[_(ORIGIN_PHRASES[origin]) for origin in stored.get("origins", ())],
            ),
        ]

    def step(self, step: StepSettings) -> str:
        _ = self._
        sentences = [
            _(
                STEP_PATTERNS[step.until],
                time=minutes_words(step.after_minutes, _),
                recipients=self._names(step.recipients),
            )
        ]
        if step.repeat_minutes and step.max_times > 1:
            sentences.append(
                _(
                    "Again every {time}, {num} times in all.",
                    time=minutes_words(step.repeat_minutes, _),
                    num=_.number(step.max_times),
                )
            )
        if step.hours:
            sentences.append(
                _(
                    "Only {hours}, but at any hour when somebody could be hurt.",
                    hours=hour_words(step.hours, _),
                )
            )
        return " ".join(sentences)

    def _effects(self, rule: RuleSettings) -> list[str]:
        _ = self._
        effects = []
        if rule.recipients:
            effects.append(_("tell {recipients}", recipients=self._names(rule.recipients)))
        if rule.left_out:
            effects.append(
                _("do not tell {recipients}", recipients=self._names(rule.left_out, is_or=True))
            )
        if rule.is_sensitive:
            effects.append(_("show the case to the owner and the manager alone"))
        if rule.is_safety:
            effects.append(_("treat it as a danger to somebody"))
        return effects

    def _house(self, rule: RuleSettings) -> list[str]:
        """Worth saying only where there are several."""
        if rule.house_id is None or len(self._settings.houses) < 2:
            return []
        house = self._settings.houses[rule.house_id]
        return [self._("is for {house}", house=house.name)]

    def _time(self, rule: RuleSettings) -> list[str]:
        _, stored = self._, rule.conditions
        parts = []
        if stored.get("weekdays"):
            parts.append(weekday_words(stored["weekdays"], _))
        if stored.get("hours"):
            parts.append(hour_words(stored["hours"], _))
        if stored.get("dates"):
            parts.append(date_words(stored["dates"], _))
        if stored.get("holidays") is True:
            parts.append(_("on public holidays"))
        if stored.get("holidays") is False:
            parts.append(_("on days that are no public holidays"))
        return [_("is written {moment}", moment=after_another(parts, _))] if parts else []

    def _anonymous(self, rule: RuleSettings) -> list[str]:
        is_anonymous = rule.conditions.get("anonymous")
        if is_anonymous is None:
            return []
        return [self._("is anonymous") if is_anonymous else self._("says who wrote it")]

    def _listed(self, pattern: str, **items: list[str]) -> list[str]:
        """The pattern with its one list put in; nothing for an empty list."""
        ((name, values),) = items.items()
        return [self._(pattern, **{name: self._.one_of(values)})] if values else []

    def _areas(self, rule: RuleSettings) -> list[str]:
        areas = self._settings.areas
        chosen = [areas[each] for each in rule.conditions.get("areas", ()) if each in areas]
        return [self._in_house(area.name, area.house_id, rule) for area in chosen]

    def _points(self, rule: RuleSettings) -> list[str]:
        points = self._settings.points
        chosen = [
            points[each] for each in rule.conditions.get("access_points", ()) if each in points
        ]
        return [self._in_house(point.label, point.house_id, rule) for point in chosen]

    def _in_house(self, name: str, house_id: int, rule: RuleSettings) -> str:
        if rule.house_id is not None or len(self._settings.houses) < 2:
            return name
        house = self._settings.houses[house_id].name
        return self._("{place} ({house})", place=name, house=house)

    def _languages(self, rule: RuleSettings) -> list[str]:
        names = self._.locale.languages
        return [names.get(code, code) for code in rule.conditions.get("languages", ())]

    def _quoted(self, words: Iterable[str]) -> list[str]:
        return [self._("“{word}”", word=word) for word in words]

    def _names(self, recipient_ids: Iterable[int], *, is_or: bool = False) -> str:
        names = self._settings.names_of(recipient_ids)
        return self._.one_of(names) if is_or else self._.all_of(names)
