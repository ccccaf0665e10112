"""Why a model was not taken."""

from sosbox.errors import SosboxError
from sosbox.i18n import N_

# What is said after every ModelError.
UNCHANGED = N_("Nothing was changed.")


class ModelError(SosboxError):
    """A model could not be added, fetched, tried or removed; the models are as they were."""


class CancelledError(ModelError):
    """Whoever waited for it has stopped waiting."""

    def __init__(self) -> None:
        super().__init__(N_("It was interrupted."))
