"""Fetching models from a server on this computer, which behaves as badly as any."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sosbox.translation.argos import fetch as fetch_module
from sosbox.translation.argos import packages as packages_module
from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.fetch import MAX_BREAKS, NO_INTERNET, ModelFetcher
from sosbox.translation.argos.http_source import HttpSource
from sosbox.translation.argos.index import Offer, newest, read_index
from sosbox.translation.argos.packages import NOBODY, Watcher
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from tests.support.model_packages import ES_EN, snapshot
from tests.support.model_server import ModelServer

CONTENT = os.urandom(300_000)
PATH = "/es-en-1.0.argosmodel"
MB = 1_000_000


@pytest.fixture
def server() -> Iterator[ModelServer]:
    server = ModelServer().start()
    server.offer("es-en", CONTENT)
    yield server
    server.stop()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def fetcher(store: ModelStore, server: ModelServer, pauses: list[float]) -> ModelFetcher:
    return _fetcher(store, server.url("/index.json"), pauses)


def _fetcher(store: ModelStore, index_url: str, pauses: list[float] | None = None) -> ModelFetcher:
    source = HttpSource(connect_timeout_s=10, read_timeout_s=10)
    pause = pauses.append if pauses is not None else (lambda _seconds: None)
    return ModelFetcher(store, index_url, source=source, pause=pause)


def _fetch(fetcher: ModelFetcher, watcher: Watcher = NOBODY) -> bytes:
    with fetcher.fetched(newest(fetcher.offers(), ES_EN), watcher=watcher) as path:
        return path.read_bytes()


def _problem(fetcher: ModelFetcher, watcher: Watcher = NOBODY) -> str:
    with pytest.raises(ModelError) as caught:
        _fetch(fetcher, watcher)
    return str(caught.value)


def _ranges(server: ModelServer) -> list[str]:
    return [asked for path, asked in server.asked if path == PATH]


# The list -----------------------------------------------------------------------------------------


def test_the_newest_of_a_pair_is_taken(fetcher: ModelFetcher, server: ModelServer) -> None:
    server.offer("es-en", b"older", "0.9")
    server.offer("es-en", b"newest", "1.10")
    server.offer("es-en", b"newer", "1.9")
    server.offer("en-es", b"other", "7.0")

    assert _fetch(fetcher) == b"newest"


def test_a_pair_that_is_not_on_the_list_is_named(fetcher: ModelFetcher) -> None:
    with pytest.raises(ModelError, match="no model for gl-en"):
        newest(fetcher.offers(), Pair("gl", "en"))


@pytest.mark.parametrize(
    "content", [b"", b"<html>log in to the wifi of the ship</html>", b"{}", b"null", b"[" * 99_999]
)
def test_a_list_that_is_none_is_said(
    fetcher: ModelFetcher, server: ModelServer, content: bytes
) -> None:
    server.files["/index.json"] = content
    with pytest.raises(ModelError, match="no list of models"):
        fetcher.offers()


def _row(**change: object) -> dict[str, object]:
    usual = {
        "package_version": "1.0",
        "from_code": "es",
        "to_code": "en",
        "links": ["https://models.example/x"],
    }
    return usual | change


@pytest.mark.parametrize(
    "row",
    [
        None,
        "es-en",
        [],
        {},
        _row(type="sbd"),
        _row(from_code="xx"),
        _row(from_code=["es"]),
        _row(to_code="es"),
        _row(package_version=1.0),
        _row(package_version="1/../2"),
        _row(links="https://models.example/x"),
        _row(links=[]),
        _row(links=["ipfs://abc", 5, "file:///etc/passwd", "https://" + "x" * 3000]),
    ],
)
def test_what_is_wrong_on_the_list_is_passed_over(row: object) -> None:
    good = _row(from_code="gl")
    (offer,) = read_index(json.dumps([row, good]).encode())

    assert offer == Offer(Pair("gl", "en"), "1.0", ("https://models.example/x",))


@pytest.mark.parametrize(
    ("row", "size", "digest"),
    [
        (_row(size=500, sha256="A" * 64), 500, "a" * 64),
        (_row(size="500", sha256="short"), 0, ""),
        (_row(size=-1, sha256=5), 0, ""),
        (_row(size=True), 0, ""),
    ],
)
def test_size_and_checksum_hold_where_they_are_given(
    row: dict[str, object], size: int, digest: str
) -> None:
    (offer,) = read_index(json.dumps([row]).encode())

    assert (offer.size_bytes, offer.sha256) == (size, digest)


def test_a_list_without_end_is_broken_off(
    fetcher: ModelFetcher, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "MAX_INDEX_BYTES", 1000)
    server.files["/index.json"] = b" " * 200_000
    with pytest.raises(ModelError, match="more than a model can be"):
        fetcher.offers()


def test_a_list_that_is_not_there_is_said(fetcher: ModelFetcher, server: ModelServer) -> None:
    del server.files["/index.json"]
    with pytest.raises(ModelError, match="answers 404"):
        fetcher.offers()


def test_without_internet_it_is_said_calmly(store: ModelStore) -> None:
    # Nothing listens on the port of discard.
    assert _problem(_fetcher(store, "http://127.0.0.1:9/index.json")) == NO_INTERNET
    assert "USB stick" in NO_INTERNET


def test_a_name_that_nobody_knows_is_no_internet_either(store: ModelStore) -> None:
    assert _problem(_fetcher(store, "https://models.invalid/index.json")) == NO_INTERNET


# Only from where it is safe -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example/index.json",
        "http://192.168.1.5/index.json",
        "http://127.0.0.1.evil.example/",
    ],
)
def test_nothing_is_asked_for_without_https(store: ModelStore, url: str) -> None:
    assert "only fetched over https" in _problem(_fetcher(store, url))


@pytest.mark.parametrize(
    "url", ["", "index.json", "file:///etc/passwd", "ftp://x/", "http://[x", "https://"]
)
def test_what_is_no_address_is_named(store: ModelStore, url: str) -> None:
    assert "is no address" in _problem(_fetcher(store, url))


def test_a_redirect_is_followed(fetcher: ModelFetcher, server: ModelServer) -> None:
    server.files["/there"] = CONTENT
    server.status[PATH] = 302
    server.headers[PATH] = {"Location": "/there"}

    assert _fetch(fetcher) == CONTENT


@pytest.mark.parametrize(
    "location", ["http://models.example/x", "file:///etc/passwd", "", "ftp://x/y"]
)
def test_a_redirect_to_where_it_is_not_safe_is_not_followed(
    fetcher: ModelFetcher, server: ModelServer, location: str
) -> None:
    server.status[PATH] = 302
    server.headers[PATH] = {"Location": location}

    assert _problem(fetcher)
    assert len(_ranges(server)) <= 6


def test_a_loop_of_redirects_ends(fetcher: ModelFetcher, server: ModelServer) -> None:
    server.status |= {PATH: 301, "/a": 307}
    server.headers |= {PATH: {"Location": "/a"}, "/a": {"Location": PATH}}

    assert "from one address to the next" in _problem(fetcher)
    assert len(server.asked) == 7


def test_the_other_link_is_taken_when_the_first_does_not_give_it(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    links = ["ipfs://abc", server.url("/gone"), server.url(PATH)]
    server.offer("es-en", CONTENT, "2.0", links=links)

    assert _fetch(fetcher) == CONTENT


# Lines that break ---------------------------------------------------------------------------------


def test_a_model_is_fetched_with_its_progress(fetcher: ModelFetcher) -> None:
    parts: list[float] = []

    assert _fetch(fetcher, Watcher(on_progress=parts.append)) == CONTENT
    assert parts == sorted(parts)
    assert parts[-1] == 1


def test_only_the_rest_is_asked_for_after_a_break(
    fetcher: ModelFetcher, server: ModelServer, pauses: list[float]
) -> None:
    server.cut_after = [100_000, 50_000]

    assert _fetch(fetcher) == CONTENT
    assert _ranges(server) == ["", "bytes=100000-", "bytes=150000-"]
    assert len(pauses) == 2


def test_what_has_come_is_kept_for_the_next_time(
    store: ModelStore, fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.cut_after = [100_000] + [0] * (MAX_BREAKS + 1)
    assert "What has come is kept" in _problem(fetcher)
    server.asked.clear()
    server.cut_after.clear()

    assert _fetch(_fetcher(store, server.url("/index.json"))) == CONTENT
    assert _ranges(server) == ["bytes=100000-"]


def test_a_line_that_brings_something_each_time_is_not_given_up(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.cut_after = [10_000] * 20

    assert _fetch(fetcher) == CONTENT


def test_a_line_that_brings_nothing_is_given_up(
    fetcher: ModelFetcher, server: ModelServer, pauses: list[float]
) -> None:
    server.cut_after = [0] * 50

    assert _problem(fetcher) == NO_INTERNET
    assert len(pauses) == MAX_BREAKS


def test_a_server_that_gives_no_parts_is_asked_from_the_start(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.has_ranges = False
    server.cut_after = [100_000]

    assert _fetch(fetcher) == CONTENT


def test_a_server_without_a_mark_for_the_file_is_asked_from_the_start(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.etag = ""
    server.cut_after = [100_000]

    assert _fetch(fetcher) == CONTENT
    assert _ranges(server) == ["", ""]


def test_a_weak_mark_is_none(fetcher: ModelFetcher, server: ModelServer) -> None:
    server.etag = 'W/"one"'
    server.cut_after = [100_000]

    assert _fetch(fetcher) == CONTENT
    assert _ranges(server) == ["", ""]


@pytest.mark.parametrize("ignores_if_range", [True, False])
def test_a_file_that_has_changed_meanwhile_is_fetched_anew(
    store: ModelStore, fetcher: ModelFetcher, server: ModelServer, *, ignores_if_range: bool
) -> None:
    server.cut_after = [100_000] + [0] * (MAX_BREAKS + 1)
    _problem(fetcher)
    server.etag, server.ignores_if_range = '"two"', ignores_if_range
    server.files[PATH] = other = os.urandom(310_000)

    assert _fetch(_fetcher(store, server.url("/index.json"))) == other


def test_a_part_from_elsewhere_is_not_put_together(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.cut_after = [100_000]
    server.range_error = 7

    # The part is thrown away; from the start nothing is wrong with it.
    assert _fetch(fetcher) == CONTENT
    assert _ranges(server) == ["", "bytes=100000-", ""]


def test_what_was_fetched_of_an_older_version_is_thrown_away(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.cut_after = [100_000] + [0] * (MAX_BREAKS + 1)
    _problem(fetcher)
    newer = os.urandom(250_000)
    server.offer("es-en", newer, "2.0")

    assert _fetch(fetcher) == newer


@pytest.mark.parametrize("state", [b"", b"[]", b'{"link": 5}', b"null", b"\xff"])
def test_a_note_that_was_damaged_costs_the_part_and_no_more(
    store: ModelStore, fetcher: ModelFetcher, server: ModelServer, state: bytes
) -> None:
    server.cut_after = [100_000] + [0] * (MAX_BREAKS + 1)
    _problem(fetcher)
    (store.downloads_folder / "es-en.json").write_bytes(state)

    assert _fetch(fetcher) == CONTENT


def test_a_server_that_is_longer_than_it_said_is_not_believed(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.claimed_length = 1000

    assert _fetch(fetcher) == CONTENT[:1000]  # what adds it finds out that it is no model


def test_a_server_that_is_shorter_than_it_said_is_given_up(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.claimed_length = 400_000

    assert _problem(fetcher)


def test_a_server_that_does_not_say_how_long_it_is_is_believed(
    fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.says_length = False

    assert _fetch(fetcher) == CONTENT


def test_a_body_without_end_is_broken_off(
    fetcher: ModelFetcher, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "MAX_FILE_BYTES", MB)
    server.is_endless = True

    assert "more than a model can be" in _problem(fetcher)


def test_a_file_that_is_too_large_is_not_even_begun(
    store: ModelStore,
    fetcher: ModelFetcher,
    server: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetch_module, "MAX_FILE_BYTES", 1000)

    assert "more than a model can be" in _problem(fetcher)
    assert (store.downloads_folder / "es-en.argosmodel").stat().st_size == 0


def test_a_line_that_drips_for_hours_is_given_up_and_kept(
    fetcher: ModelFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "MAX_DURATION_S", -1.0)

    assert "What has come is kept" in _problem(fetcher)


# What came ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500, 503])
def test_a_server_that_refuses_is_quoted(
    fetcher: ModelFetcher, server: ModelServer, status: int
) -> None:
    server.status[PATH] = status

    assert _problem(fetcher) == f"127.0.0.1 does not give the file: it answers {status}."


def test_what_is_not_as_the_list_promises_is_thrown_away(
    store: ModelStore, fetcher: ModelFetcher, server: ModelServer
) -> None:
    server.offer("es-en", CONTENT, "2.0", sha256="0" * 64)
    assert "not what the list of models promises" in _problem(fetcher)
    server.offer("es-en", CONTENT, "3.0", size=len(CONTENT) + 1)
    assert "not what the list of models promises" in _problem(fetcher)

    assert (store.downloads_folder / "es-en.argosmodel").stat().st_size == 0


def test_what_is_as_the_list_promises_is_taken(fetcher: ModelFetcher, server: ModelServer) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    server.offer("es-en", CONTENT, "2.0", sha256=digest, size=len(CONTENT))

    assert _fetch(fetcher) == CONTENT


def test_nothing_is_left_when_it_was_used(store: ModelStore, fetcher: ModelFetcher) -> None:
    _fetch(fetcher)

    assert snapshot(store.downloads_folder) == {}


def test_what_was_refused_is_not_kept_either(store: ModelStore, fetcher: ModelFetcher) -> None:
    offer = newest(fetcher.offers(), ES_EN)
    with pytest.raises(ModelError, match="no good"), fetcher.fetched(offer, watcher=NOBODY):
        raise ModelError("It is no good.")

    assert snapshot(store.downloads_folder) == {}


def test_the_same_model_is_fetched_once_at_a_time(
    store: ModelStore, fetcher: ModelFetcher, server: ModelServer
) -> None:
    other = _fetcher(store, server.url("/index.json"))
    offer = newest(fetcher.offers(), ES_EN)
    with (
        fetcher.fetched(offer, watcher=NOBODY),
        pytest.raises(ModelError, match="already"),
        other.fetched(offer, watcher=NOBODY),
    ):
        pass


def test_whoever_stops_waiting_keeps_what_has_come(
    store: ModelStore, fetcher: ModelFetcher
) -> None:
    parts: list[float] = []
    watcher = Watcher(on_progress=parts.append, is_cancelled=lambda: bool(parts))
    with pytest.raises(CancelledError):
        _fetch(fetcher, watcher)

    assert 0 < (store.downloads_folder / "es-en.argosmodel").stat().st_size < len(CONTENT)


def test_a_disk_that_would_be_full_is_found_before(
    store: ModelStore, fetcher: ModelFetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=50 * MB)
    monkeypatch.setattr(packages_module.shutil, "disk_usage", lambda _path: usage)

    assert "50 MB are free" in _problem(fetcher)


def test_what_nobody_has_asked_for_again_is_removed(
    store: ModelStore, fetcher: ModelFetcher
) -> None:
    store.downloads_folder.mkdir(parents=True)
    old = store.downloads_folder / "gl-en.argosmodel"
    old.write_bytes(b"half")
    month_ago = time.time() - 30 * 86400
    os.utime(old, (month_ago, month_ago))
    _fetch(fetcher)

    assert not old.exists()
