"""What models are worked on with, put together from the options of a box."""

from typing import NamedTuple

from sosbox.config import Config
from sosbox.translation.argos.fetch import ModelFetcher
from sosbox.translation.argos.library import DEFAULT_INDEX_URL
from sosbox.translation.argos.packages import ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.trial import make_trial


class Workshop(NamedTuple):
    store: ModelStore
    adder: ModelAdder
    fetcher: ModelFetcher


def make_workshop(config: Config) -> Workshop:
    """For the worker and the command line; nothing is loaded or asked for before it is used."""
    store = ModelStore(config.models_dir)
    adder = ModelAdder(
        store,
        make_trial(threads=config.translation_threads),
        memory_limit_mb=config.translation_memory_mb,
    )
    return Workshop(store, adder, ModelFetcher(store, config.argos_index_url or DEFAULT_INDEX_URL))
