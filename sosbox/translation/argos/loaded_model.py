"""A model in memory, and how it is used so that it is quick and loses nothing.

docs/decisions/0013-translation.md has the figures behind the numbers.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sosbox.translation.argos.arithmetic import ctranslate2
from sosbox.translation.argos.library import Package

# A beam of two finds better words than one, four costs half as much again and finds few more.
# Without the penalty a model that is sure of itself would stop before its last words.
BEAM_SIZE = 2
LENGTH_PENALTY = 0.0
# Sentences that are translated at once by one thread. Twice as many are a tenth quicker, and take
# twice the memory meanwhile, which is more than the model itself.
BATCH_SIZE = 16
# Pieces of them, filled up to the longest: what a batch takes grows with its length, too.
BATCH_TOKENS = 600
# Fewer sentences than these are not shared among threads: each weight is read once for all.
MIN_BATCH_SIZE = 8

# Many models know no more than 512 positions, on either side. Sentences are shorter than that; what
# is not is cut between words.
MAX_SOURCE_TOKENS = 400
MAX_TARGET_TOKENS = 500
_WORD_BEGINS = "▁"
# A translation may be so much longer than its source; what is longer goes round in circles.
_TARGET_RATIO = 2
_TARGET_EXTRA = 24


@dataclass(frozen=True)
class _Piece:
    """A sentence or, where one is very long, a part of it."""

    sentence: int
    tokens: list[str]


class LoadedModel:
    """Safe to be called on several threads. Raises whatever its libraries do.

    threads: batches that are worked on at the same time; 0: as many as there are cores.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        package = Package(folder)
        self._tokenizer = package.tokenizer
        # It reads its file when it is first used: what is wrong with it belongs here.
        self._tokenizer.encode("")
        self._prefix = package.target_prefix
        self._threads = threads or os.cpu_count() or 1
        self._translator = ctranslate2.Translator(
            str(package.model_folder),
            device="cpu",
            compute_type=_compute_type(),
            inter_threads=self._threads,
            intra_threads=1,
        )

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """A translation for each; an empty one for what has no words."""
        pieces = list(self._pieces(sentences))
        under_way: list[tuple[int, ctranslate2.AsyncTranslationResult]] = []
        for batch in self._batches(pieces):
            under_way += zip(batch, self._start([pieces[number] for number in batch]), strict=True)
        parts: list[list[str]] = [[] for _ in sentences]
        for number, result in sorted(under_way, key=lambda pair: pair[0]):
            parts[pieces[number].sentence].append(self._text(result.result().hypotheses[0]))
        return [" ".join(part) for part in parts]

    def close(self) -> None:
        """Gives the memory back; not to be called while somebody translates."""
        self._translator.unload_model()

    def _pieces(self, sentences: Sequence[str]) -> Iterator[_Piece]:
        for number, sentence in enumerate(sentences):
            tokens = self._tokenizer.encode(sentence)
            while tokens:
                end = _cut(tokens)
                yield _Piece(number, tokens[:end])
                tokens = tokens[end:]

    def _batches(self, pieces: Sequence[_Piece]) -> Iterator[list[int]]:
        """The numbers of pieces that go together, of one length: no thread works on padding."""
        share = -(-len(pieces) // self._threads)
        size = min(BATCH_SIZE, max(MIN_BATCH_SIZE, share))
        batch: list[int] = []
        for number in sorted(range(len(pieces)), key=lambda number: len(pieces[number].tokens)):
            num_tokens = len(pieces[number].tokens) * (len(batch) + 1)
            if len(batch) == size or (batch and num_tokens > BATCH_TOKENS):
                yield batch
                batch = []
            batch.append(number)
        if batch:
            yield batch

    def _start(self, batch: Sequence[_Piece]) -> Sequence[ctranslate2.AsyncTranslationResult]:
        longest = max(len(piece.tokens) for piece in batch)
        results: Sequence[ctranslate2.AsyncTranslationResult] = self._translator.translate_batch(
            [piece.tokens for piece in batch],
            target_prefix=[[self._prefix]] * len(batch) if self._prefix else None,
            beam_size=BEAM_SIZE,
            length_penalty=LENGTH_PENALTY,
            max_input_length=0,
            max_decoding_length=min(_TARGET_RATIO * longest + _TARGET_EXTRA, MAX_TARGET_TOKENS),
            replace_unknowns=True,
            asynchronous=True,
        )
        return results

    def _text(self, tokens: list[str]) -> str:
        if self._prefix and tokens and tokens[0] == self._prefix:
            tokens = tokens[1:]
        return self._tokenizer.decode(tokens).strip()


def _cut(tokens: Sequence[str]) -> int:
    """How many of them are translated together."""
    if len(tokens) <= MAX_SOURCE_TOKENS:
        return len(tokens)
    begins = (at for at in range(MAX_SOURCE_TOKENS, 0, -1) if tokens[at].startswith(_WORD_BEGINS))
    return next(begins, MAX_SOURCE_TOKENS)


def _compute_type() -> str:
    """Eight bits, as the models have them, where the processor can."""
    is_usual = "int8" in ctranslate2.get_supported_compute_types("cpu")
    return "int8" if is_usual else "default"
