"""Languages: which there are, how a reader's is found, and how texts and times are said in it."""

from sosbox.i18n.localizer import CONSOLE_LANGUAGES, LANGUAGES, N_, Localizer, localizer
from sosbox.i18n.negotiation import negotiate

__all__ = ["CONSOLE_LANGUAGES", "LANGUAGES", "N_", "Localizer", "localizer", "negotiate"]
