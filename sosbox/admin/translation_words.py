"""Languages, translations and whoever has made them, in the words that the staff reads."""

from collections.abc import Collection, Iterable

from sosbox.cases.rules import LanguageBy
from sosbox.channels.words import language_name
from sosbox.i18n import LANGUAGES, N_, Localizer, localizer

# Who says which language a message is in; what nobody has looked at yet is taken for the page's.
LANGUAGE_BY_LABELS = {
    LanguageBy.UNKNOWN: N_("This is the language of the page on which it was written."),
    LanguageBy.PAGE: N_("This is the language of the page on which it was written."),
    LanguageBy.DETECTOR: N_("The box has found this out by itself."),
    LanguageBy.GUEST: N_("The guest has said so."),
    LanguageBy.STAFF: N_("Somebody of the staff has said so."),
    LanguageBy.AUTHOR: N_("Whoever has written it has said so."),
}

# What a guard has found in a translation, by its name; after "Why:".
_GUARD_LABELS = {
    "digits": N_("numbers differ"),
    "protected": N_("a name, an address or a code was lost"),
    "length": N_("it is much longer or shorter than the original"),
    "repetition": N_("it repeats itself"),
    "marks": N_("there are signs in it that are no text"),
    "same": N_("it is the same as the original"),
    "empty": N_("nothing came out"),
    "script": N_("it is in the letters of another language"),
    "interrupted": N_("the box was interrupted in it again and again"),
}
_OTHER_GUARD = N_("it does not fit the original")


def language_choice(code: str, _: Localizer) -> str:
    """A language to choose, for whoever reads it and whoever does not: "Japanese – 日本語"."""
    name, own_name = language_name(code, _), LANGUAGES.get(code, code)
    name = name[:1].upper() + name[1:]
    return own_name if name == own_name else f"{name} – {own_name}"


def direction_of(language: str) -> str:
    """`rtl` or `ltr`, as the attribute `dir` wants it; `auto` where the language is not known."""
    return localizer(language).direction if language in LANGUAGES else "auto"


def writing_direction(language: str) -> str:
    """The same for what people have written: from right to left where their language is, for such a
    text may begin with a word in another; else as the text itself says, for its language may be
    known wrongly."""
    return "rtl" if direction_of(language) == "rtl" else "auto"


def language_groups(
    reads: str, pairs: Collection[str], _: Localizer
) -> list[tuple[str, list[str]]]:
    """What an answer may be written in: the language that the guest reads, those that are
    translated into it (`pairs`: "es-en"), and the others; each group with its name."""
    others = [code for code in LANGUAGES if code != reads]
    translated = [code for code in others if f"{code}-{reads}" in pairs]
    groups = [
        (_("What the guest reads"), [reads]),
        (_("Translated for the guest"), translated),
        (_("Not translated"), [code for code in others if code not in translated]),
    ]
    return [(name, codes) for name, codes in groups if codes]


def guard_words(flags: Iterable[str], _: Localizer) -> str:
    """What the guards have found; empty for nothing."""
    labels = dict.fromkeys(_GUARD_LABELS.get(flag, _OTHER_GUARD) for flag in flags)
    return "; ".join(_(label) for label in labels)
