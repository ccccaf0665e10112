"""What somebody has written in answer to a mail, without the mail that they answered. Pure.

Mail programs put what is answered under the answer, each in its own way and language, and no
standard says where it begins. What stands here knows the ways of those that are used in Europe. It
goes line by line and never back, so that no text can keep it busy.
"""

import re
from collections.abc import Iterator, Sequence

from sosbox.lib.text import fold

# How a mail program says who is quoted: "On 21 Nov 2026 at 13:00, Hotel Mar wrote:". By the first
# word, what stands in the rest; all in folded spelling, without accents.
_ATTRIBUTIONS = {
    "on": re.compile(r"\bwrote ?:$"),
    "el": re.compile(r"\b(?:escribio|va escriure) ?:$"),
    "o": re.compile(r"\b(?:escribiu|escreveu) ?:$"),
    "em": re.compile(r"\bescreveu ?:$"),
    "no": re.compile(r"\bescreveu ?:$"),
    "en": re.compile(r"\b(?:escribiu|escribio) ?:$"),
    "le": re.compile(r"\ba ecrit ?:$"),
    "am": re.compile(r"\bschrieb\b[^:]*(?::[^:]+)*:$"),
    "il": re.compile(r"\bha scritto ?:$"),
    "op": re.compile(r"\b(?:schreef|geschreven)\b.*:$"),
}
# They are wrapped like any text.
_MAX_ATTRIBUTION_LINES = 4
_MAX_ATTRIBUTION_SIGNS = 500

# -----Original Message-----
_BANNER = re.compile(
    r"-{2,} ?(?:(?:original|forwarded) message|mensaje (?:original|reenviado)"
    r"|mensaxe (?:orixinal|reenviada)|mensagem (?:original|encaminhada)|missatge original"
    r"|message (?:d.origine|original|transfere)|(?:ursprungliche|weitergeleitete) nachricht"
    r"|messaggio originale|oorspronkelijk bericht) ?-{2,}"
)
# What Outlook writes in its stead: the headers of the mail, From first.
_FROM = re.compile(r"\*?(?:from|de|von|da|van) ?:\*? ?\S")
_OTHER_HEADER = re.compile(
    r"\*?(?:sent|date|to|cc|subject|enviado(?: el)?|fecha|data|para|asunto|assunto|envoye|a|objet"
    r"|gesendet|datum|an|betreff|inviato|oggetto|verzonden|aan|onderwerp|enviat el|per a"
    r"|assumpte) ?:\*?(?: |$)"
)
_MAX_HEADER_LINES = 8
_MIN_OTHER_HEADERS = 2
_RULE = re.compile(r"[_\-=]{10,}")

# RFC 3676, 4.3; many drop the space at its end.
_SIGNATURE = re.compile(r"-- ?")
# What phones put under everything.
_ADVERTISEMENT = re.compile(
    r"(?:sent from|enviado (?:desde|do meu|dende)|envoye (?:de|depuis)|gesendet (?:von|mit)|"
    r"inviato da|verstuurd vanaf|enviat des de|get outlook for|obtener outlook para|"
    r"obter o? ?outlook para|telecharger outlook|outlook fur)\b"
)
_MAX_ADVERTISEMENT_SIGNS = 120
_SPACES = re.compile(r"[\s\u00a0\u202f\u200b]+")


def own_text(text: str) -> str:
    """What the writer has added: without quoted mails, signatures and what phones put under.

    Answers between quoted lines and under them are kept. Empty when nothing is left.
    """
    lines = text.splitlines()
    kept = _without_advertisement(list(_own_lines(lines)))
    return "\n".join(kept).strip()


def _own_lines(lines: Sequence[str]) -> Iterator[str]:
    number = 0
    while number < len(lines):
        line = lines[number]
        plain = _plain(line)
        if _SIGNATURE.fullmatch(line) or _BANNER.fullmatch(plain) or _is_headers(lines, number):
            return
        if num_lines := _attribution_length(lines, number):
            number += num_lines
            if not _is_quoted_next(lines, number):
                return
        elif plain.startswith(">"):
            number += 1
        else:
            yield line
            number += 1


def _attribution_length(lines: Sequence[str], first: int) -> int:
    """Of how many lines the words are that say who is quoted; 0 for anything else."""
    start, _, rest = _plain(lines[first]).partition(" ")
    pattern = _ATTRIBUTIONS.get(start)
    if pattern is None or not rest:
        return 0
    joined = ""
    for num, line in enumerate(lines[first : first + _MAX_ATTRIBUTION_LINES], start=1):
        plain = _plain(line)
        joined = f"{joined} {plain}"
        if not plain or len(joined) > _MAX_ATTRIBUTION_SIGNS:
            return 0
        # A day or an hour is always there; "On the phone she wrote:" is somebody's own.
        if pattern.search(joined) and any(char.isdigit() for char in joined):
            return num
    return 0


def _is_quoted_next(lines: Sequence[str], first: int) -> bool:
    """Whether quoted lines are marked as such; else nobody can tell where they end."""
    return next((_plain(line).startswith(">") for line in lines[first:] if line.strip()), False)


def _is_headers(lines: Sequence[str], first: int) -> bool:
    """Whether the headers of a mail begin here, perhaps under a rule."""
    plain = _plain(lines[first])
    if _RULE.fullmatch(plain):
        return first + 1 < len(lines) and _is_headers_of_mail(lines, _next_text(lines, first + 1))
    return _is_headers_of_mail(lines, first)


def _is_headers_of_mail(lines: Sequence[str], first: int) -> bool:
    if first >= len(lines) or not _FROM.match(_plain(lines[first])):
        return False
    following = lines[first + 1 : first + 1 + _MAX_HEADER_LINES]
    others = [line for line in following if _OTHER_HEADER.match(_plain(line))]
    return len(others) >= _MIN_OTHER_HEADERS


def _next_text(lines: Sequence[str], first: int) -> int:
    """The next line that is not empty, within two."""
    return first if lines[first].strip() else first + 1


def _without_advertisement(lines: list[str]) -> list[str]:
    while lines and (not lines[-1].strip() or _is_advertisement(lines[-1])):
        lines.pop()
    return lines


def _is_advertisement(line: str) -> bool:
    return len(line) <= _MAX_ADVERTISEMENT_SIGNS and bool(_ADVERTISEMENT.match(_plain(line)))


def _plain(line: str) -> str:
    """For comparing: folded, spaces of all kinds made one, signs of emphasis taken away."""
    return fold(_SPACES.sub(" ", line)).strip(" *")
