"""Translating: whether its models are whole, and whether there are enough of them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sosbox.doctor.finding import Finding, Patient, bad, counted, listed, warning
from sosbox.doctor.machine_checks import NEARLY_FULL_BYTES
from sosbox.places.language_needs import load_needs
from sosbox.places.translation_settings import load_engine_table
from sosbox.translation.argos.model import Model
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.needs import missing_models, offers_of, ways
from sosbox.translation.registry import make_translators


def check_models(patient: Patient) -> Iterator[Finding]:
    """Every file of every model is read; none is loaded."""
    store = ModelStore(patient.config.models_dir)
    if not store.folder.exists():
        return
    if not os.access(store.folder, os.R_OK | os.X_OK):
        yield bad(
            "models.unreadable",
            f"The models in {store.folder} cannot be read: nothing is translated with them.",
            "Run the doctor as the account of the service, or give the folder to it (chown -R).",
        )
        return
    for model in store.models():
        yield from _model_findings(store, model)
    if strangers := store.strangers():
        yield warning(
            "models.strangers",
            f"These lie among the models in {store.folder} and are none: {listed(strangers)}.",
            "Move them elsewhere. Models are added with `sosbox models add`, not by copying.",
        )
    yield from _disk_findings(patient, store.folder)


def check_translations(patient: Patient) -> Iterator[Finding]:
    """Whether every house is read in its language, and answered in those of its guests."""
    if patient.connection is None:
        return
    table = load_engine_table(patient.connection)
    translators = make_translators(patient.config)
    try:
        offers = offers_of(translators)
    finally:
        for translator in translators:
            translator.close()
    for house in load_needs(patient.connection):
        found = ways(house.pairs, table, offers)
        if missing := missing_models(found):
            num = sum(bool(way.missing) for way in found)
            pairs = counted(num, "pair of languages is", "pairs of languages are")
            yield warning(
                "translations.missing",
                f"{house.name}: {pairs} not translated. These models are missing:"
                f" {listed([str(model) for model in missing])}.",
                "Add them with `sosbox models add` or `sosbox models fetch`, or in the console at"
                " Settings, Languages. Messages arrive without them, too, as they were written."
                " Languages that nobody needs can be taken out of `guest_languages`.",
            )


def _model_findings(store: ModelStore, model: Model) -> Iterator[Finding]:
    if not _is_unusable(store, model):
        return
    what = "cannot be loaded" if store.is_whole(model) else "is damaged on the disk"
    hint = (
        "Add the model once more, from its file or with `sosbox models fetch`. If it happens again,"
        " have the disk and the memory looked at."
    )
    others = [each for each in store.versions(model.pair)[1:] if not _is_unusable(store, each)]
    if others:
        yield warning(
            "models.last-good",
            f"The model {model.pair} {model.version} {what}. {others[0].version}, which was there"
            " before it, is used instead.",
            hint,
        )
    else:
        yield bad(
            "models.broken",
            f"The model {model.pair} {model.version} {what}: nothing is translated with it.",
            hint,
        )


def _is_unusable(store: ModelStore, model: Model) -> bool:
    return store.is_broken(model) or not store.is_whole(model)


def _disk_findings(patient: Patient, folder: Path) -> Iterator[Finding]:
    """For models on a disk of their own; that of the data folder is looked at anyway."""
    if folder.stat().st_dev == patient.data_dir.stat().st_dev:
        return
    free = shutil.disk_usage(folder).free
    if free < NEARLY_FULL_BYTES:
        yield warning(
            "models.disk",
            f"{free / 1e9:.1f} GB are left on the disk of the models.",
            "Make room on it before another model is added.",
        )
