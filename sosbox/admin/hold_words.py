"""Why a message is held back, in words."""

from collections.abc import Iterable

from sosbox.dispatch.filtering import BURST, WITH_CASE
from sosbox.i18n import N_, Localizer

# What the box itself has found, by the name that stands where else a filter's does.
_OWN_REASONS = {
    BURST: N_("very many messages came from this place at once"),
    WITH_CASE: N_("its case is in quarantine"),
}


def hold_reasons(names: Iterable[str], _: Localizer) -> list[str]:
    """The filters that hold a message back, or why the box does; of a burst when nothing is known
    yet, for the worker notes its reasons a moment later."""
    known = list(dict.fromkeys(names)) or [BURST]
    return [
        _(_OWN_REASONS[name]) if name in _OWN_REASONS else _("filter “{name}”", name=name)
        for name in known
    ]
