"""`sosbox models list | add | remove | fetch | test`"""

import json
import os
import pwd
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sosbox.cli.command import FAILED, OK, Command, UsageError, config_of
from sosbox.cli.models_needs import load_house_ways
from sosbox.lib.clock import SystemClock
from sosbox.translation.argos.errors import UNCHANGED, ModelError
from sosbox.translation.argos.index import newest
from sosbox.translation.argos.model import Model
from sosbox.translation.argos.packages import Added, Watcher, remove_model
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.workshop import Workshop, make_workshop
from sosbox.translation.contract import Pair

_MB = 1_000_000
_BAR = 30


def _pair(text: str) -> Pair:
    try:
        return Pair.parse(text)
    except ValueError:
        raise ArgumentTypeError(f'"{text}" is no pair of languages, such as ja-en') from None


def _with_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def _with_files(parser: ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="an .argosmodel file")


def _with_pair(parser: ArgumentParser) -> None:
    parser.add_argument("pair", metavar="PAIR", type=_pair)


def _with_pairs(parser: ArgumentParser) -> None:
    parser.add_argument(
        "pairs", metavar="PAIR", type=_pair, nargs="+", help="ja-en: from Japanese into English"
    )


def _with_pairs_or_all(parser: ArgumentParser) -> None:
    parser.add_argument("pairs", metavar="PAIR", type=_pair, nargs="*", help="or all")
    _with_json(parser)


# list ---------------------------------------------------------------------------------------------


def run_list(arguments: Namespace) -> int:
    config = config_of(arguments)
    store = ModelStore(config.models_dir)
    houses = load_house_ways(config)
    models = store.models()
    broken = {model.pair for model in models if store.is_broken(model)}
    strangers = store.strangers()
    if arguments.json:
        listed = [_as_json(model, is_broken=model.pair in broken) for model in models]
        content = {
            "models": listed,
            "memory_limit_mb": config.translation_memory_mb,
            "establishments": [house.as_json() for house in houses],
            "strangers": strangers,
        }
        print(json.dumps(content, indent=2, ensure_ascii=False))
        return OK
    if not models:
        print("There are no models. Add files of models (.argosmodel) with `sosbox models add`.")
    for model in models:
        print(_line(model) + (_how_broken(store, model) if model.pair in broken else ""))
    for house in houses:
        print("", *house.as_text(), sep="\n")
    for name in strangers:
        print(f"sosbox: {store.folder / name} is no model and is left alone", file=sys.stderr)
    return OK


def _how_broken(store: ModelStore, model: Model) -> str:
    before = store.versions(model.pair)[1:]
    return f"  broken: {before[0].version} is used instead" if before else "  broken"


def _line(model: Model) -> str:
    return (
        f"{model.pair!s:7} {model.version:8} {model.size_bytes / _MB:6.1f} MB on disk "
        f"{model.memory_mb:5} MB of memory {model.sentences_per_second:7.1f} sentences/s  "
        f"licence: {model.licence or 'unknown'}"
    )


def _as_json(model: Model, *, is_broken: bool) -> dict[str, Any]:
    return {
        "pair": str(model.pair),
        "version": model.version,
        "size_bytes": model.size_bytes,
        "memory_mb": model.memory_mb,
        "sentences_per_second": round(model.sentences_per_second, 2),
        "licence": model.licence,
        "attribution": model.attribution,
        "added_at": model.added_at.isoformat(),
        "sha256": model.sha256,
        "is_broken": is_broken,
        "samples": [
            {"source": each.source, "translation": each.translation, "flags": list(each.flags)}
            for each in model.samples
        ],
    }


# add, fetch, remove, test -------------------------------------------------------------------------


def run_add(arguments: Namespace) -> int:
    workshop = _workshop(arguments)
    return _each(arguments.files, lambda file: _added(workshop, file, _Bar(file.name)))


def run_fetch(arguments: Namespace) -> int:
    workshop = _workshop(arguments)
    offers = workshop.fetcher.offers()

    def fetch(pair: Pair) -> str:
        offer = newest(offers, pair)
        with workshop.fetcher.fetched(
            offer, watcher=_Bar(f"{pair} {offer.version}").watcher
        ) as file:
            return _added(workshop, file, _Bar(f"{pair} is tried"))

    return _each(arguments.pairs, fetch)


def run_remove(arguments: Namespace) -> int:
    store = _workshop(arguments).store

    def remove(pair: Pair) -> str:
        remove_model(store, pair)
        return f"{pair} is removed"

    return _each([arguments.pair], remove)


def run_test(arguments: Namespace) -> int:
    workshop = _workshop(arguments)
    pairs = arguments.pairs or [model.pair for model in workshop.store.models()]
    tried: list[dict[str, Any]] = []

    def test(pair: Pair) -> str:
        versions = workshop.store.versions(pair)
        if not versions:
            raise ModelError("There is no model for this pair.")
        bar = _Bar(str(pair))
        model = workshop.adder.try_again(versions[0], watcher=bar.watcher)
        bar.end()
        tried.append(_as_json(model, is_broken=False))
        return "\n".join([_line(model), *map(_sample_lines, model.samples)])

    code = _each(pairs, test, is_quiet=arguments.json)
    if arguments.json:
        print(json.dumps(tried, indent=2, ensure_ascii=False))
    return code


def _sample_lines(sample: Any) -> str:
    marks = f"  ({', '.join(sample.flags)})" if sample.flags else ""
    return f"  {sample.source}\n  → {sample.translation}{marks}"


def _added(workshop: Workshop, file: Path, bar: "_Bar") -> str:
    added = workshop.adder.add(file, now=SystemClock().now(), watcher=bar.watcher)
    bar.end()
    return _said(added)


def _said(added: Added) -> str:
    model = added.model
    if not added.is_new:
        return f"{model.pair} {model.version} is there already"
    before = f", in place of {added.before.version}" if added.before else ""
    return f"added{before}: {_line(model)}"


def _each(things: Iterable[Any], do: Callable[[Any], str], *, is_quiet: bool = False) -> int:
    """Does it to one thing after the other; one that fails does not keep the others from it."""
    code = OK
    for thing in things:
        try:
            said = do(thing)
        except ModelError as error:
            _end_line()
            print(f"sosbox: {thing}: {error} {UNCHANGED}", file=sys.stderr)
            code = FAILED
        else:
            if not is_quiet:
                print(said, flush=True)
    return code


def _workshop(arguments: Namespace) -> Workshop:
    """To change something with. Raises UsageError for root: the box could not open its files."""
    config = config_of(arguments)
    folder = config.data_dir
    if os.geteuid() == 0 and folder.is_dir() and (owner := folder.stat().st_uid):
        raise UsageError(
            "the box could not open what root adds: call it as sudo -u {account} sosbox …",
            account=_account(owner),
        )
    return make_workshop(config)


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


class _Bar:
    """Progress for whoever looks at a terminal; nothing for anybody else."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._is_shown = sys.stderr.isatty()
        self.watcher = Watcher(self._show)

    def _show(self, part: float) -> None:
        if self._is_shown:
            filled = round(part * _BAR)
            bar = "█" * filled + "·" * (_BAR - filled)
            print(f"\r{self._name} {bar} {part:4.0%}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        _end_line()


def _end_line() -> None:
    """Clears the bar, if there is one."""
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


COMMANDS: tuple[Command, ...] = (
    Command("models list", "show the models for translating", run_list, _with_json),
    Command(
        "models add",
        "add models from files, from a USB stick for instance",
        run_add,
        _with_files,
        details="Each file is checked, unpacked and tried with sentences of a hotel before it is\n"
        "taken. A running box uses it from then on; what was there before is kept once.",
    ),
    Command(
        "models fetch",
        "fetch models from the internet and add them",
        run_fetch,
        _with_pairs,
        details="The only thing for which the box goes to the internet. What broke off goes on\n"
        "where it was.",
    ),
    Command("models remove", "remove the model of a pair", run_remove, _with_pair),
    Command(
        "models test",
        "try models again: speed, memory, what they write",
        run_test,
        _with_pairs_or_all,
    ),
)
