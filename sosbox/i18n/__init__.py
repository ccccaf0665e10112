"""Languages: which there are, how a reader's is found, and how texts and times are said in it."""

from sosbox.i18n.localizer import LANGUAGES, N_, Localizer, localizer
from sosbox.i18n.negotiation import negotiate

__all__ = ["LANGUAGES", "N_", "Localizer", "localizer", "negotiate"]
