"""Models, pairs of languages and engines, in words for somebody who runs a hotel."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from sosbox.admin.model_views import ShownWay, WayState
from sosbox.channels.words import language_name
from sosbox.i18n import N_, Localizer
from sosbox.places.model_jobs import JobKind, JobState, ShownJob
from sosbox.translation.argos.errors import UNCHANGED
from sosbox.translation.argos.model import Trial
from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import APERTIUM, ARGOS, NONE
from sosbox.ui.pages import fill

ENGINE_LABELS = {
    ARGOS: N_("argos: models that you add here"),
    APERTIUM: N_("apertium: rules for languages that are close; your installer adds it"),
    NONE: N_("none: it is not translated"),
}

_BYTES_A_MB = 1_000_000

# What a job is, what it says while it runs, and once it is done.
_TITLES = {
    JobKind.ADD: N_("Add: {name}"),
    JobKind.FETCH: N_("Fetch: {name}"),
    JobKind.REMOVE: N_("Remove: {name}"),
    JobKind.TEST: N_("Try again: {name}"),
}
_RUNNING = {
    JobKind.ADD: N_("It is looked at and tried: {percent} %"),
    JobKind.FETCH: N_("It is fetched and tried: {percent} %"),
    JobKind.REMOVE: N_("It is removed: {percent} %"),
    JobKind.TEST: N_("It is tried: {percent} %"),
}
_DONE = {
    JobKind.ADD: N_("It is in use now."),
    JobKind.FETCH: N_("It is in use now."),
    JobKind.REMOVE: N_("It is removed."),
    JobKind.TEST: N_("It was tried. What came out stands with the model."),
}
_FAILED = N_("This did not work")
_TIME = Markup('<time datetime="{}">{}</time>')


class ModelWords:
    """Says them to one reader; templates use it."""

    def __init__(self, _: Localizer, zone: ZoneInfo) -> None:
        self._ = _
        self._zone = zone

    def language(self, code: str) -> str:
        """A language as it stands at the beginning of a line, "Japanese"."""
        name = language_name(code, self._)
        return name[:1].upper() + name[1:]

    def pair(self, pair: Pair) -> str:
        """A direction, "Japanese → English"."""
        return f"{self.language(pair.source)} → {self.language(pair.target)}"

    def pairs(self, pairs: Iterable[Pair]) -> str:
        """Directions with the codes that are part of the names of files."""
        return ", ".join(f"{self.pair(pair)} ({pair})" for pair in pairs)

    def languages(self, codes: Iterable[str]) -> str:
        return self._.all_of([language_name(code, self._) for code in codes])

    def trouble(self, way: ShownWay) -> str:
        """Why a pair is not translated."""
        _ = self._
        if way.state is WayState.MISSING:
            return _.plural(
                "a model is missing: {models}",
                "models are missing: {models}",
                len(way.models),
                models=self.pairs(way.models),
            )
        if way.state is WayState.BROKEN:
            return _("a model is broken: {models}", models=self.pairs(way.models))
        if way.state is WayState.OFF:
            return _("it is switched off below, at “Which engine translates what”")
        if way.state is WayState.NO_APERTIUM:
            return _("apertium is chosen for it, and is not installed for these languages")
        return _("in a moment: its model is being taken into use")

    def megabytes(self, num_bytes: int) -> str:
        """A size on the disk; less than one is "0.5 MB"."""
        size = num_bytes / _BYTES_A_MB
        return self._("{num} MB", num=self._.number(round(size, None if size >= 1 else 1)))

    def memory(self, megabytes: int) -> str:
        return self._("{num} MB", num=self._.number(megabytes))

    def speed(self, sentences_per_second: float) -> str:
        """How many sentences a second; slow ones with a digit behind the point."""
        fast = sentences_per_second >= 10
        return self._(
            "{num} sentences a second",
            num=self._.number(round(sentences_per_second, None if fast else 1)),
        )

    def failed(self, trial: Trial) -> str:
        """How many of the fixed sentences came out wrong."""
        return self._.plural(
            "{num} of {total} fixed sentences came out wrong",
            "{num} of {total} fixed sentences came out wrong",
            trial.num_failed,
            total=self._.number(len(trial.samples)),
        )

    def moment(self, when: datetime) -> Markup:
        """An exact time, which does not change while the page is open."""
        return _TIME.format(when.isoformat(), self._.short_moment(when, self._zone))

    def job(self, job: ShownJob) -> Markup:
        """What a job is about: the pair or, until that is known, the name of the file."""
        name = self.pair(Pair.parse(job.pair)) if job.pair else job.sent_as
        return fill(self._(_TITLES[job.kind]), name=name)

    def progress(self, job: ShownJob) -> str:
        return self._(_RUNNING[job.kind], percent=job.progress)

    def outcome(self, job: ShownJob) -> str:
        """How a job went that is over."""
        _ = self._
        if job.state is JobState.DONE:
            return _(job.message or _DONE[job.kind], **job.arguments)
        said = _(job.message, **job.arguments) if job.message else _(_FAILED)
        unchanged = _(UNCHANGED)
        return said if said.endswith(unchanged) else f"{said} {unchanged}"


def resumable_fetches(jobs: Iterable[ShownJob]) -> set[int]:
    """The ids of fetches that failed and were not asked for again; `jobs`: the newest first."""
    newest: dict[str, ShownJob] = {}
    for job in jobs:
        if job.kind is JobKind.FETCH:
            newest.setdefault(job.pair, job)
    return {job.id for job in newest.values() if job.state is JobState.FAILED}


def overview_words(untranslated: Iterable[str], _: Localizer) -> str:
    """The languages of a company's guests in one sentence."""
    codes = list(dict.fromkeys(untranslated))
    if not codes:
        return _("The box reads and answers every language of your guests.")
    names = _.all_of([language_name(code, _) for code in codes])
    return _("Not fully translated: {languages}", languages=names)
