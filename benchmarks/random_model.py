"""A translation model of full size with made-up weights, to measure with: it needs no download.

It costs what a model of the Argos index costs, layer for layer and byte for byte, but has learnt
nothing: whatever it reads it writes the same words, one for each position, and ends. The layers
hardly add to what goes through them, so that at the end the position is left to be read; the last
projection is fitted to it. Made once with numpy and kept in build/.
"""

import io
import json
import math
import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import sentencepiece
from ctranslate2.specs import TransformerSpec, attention_spec, common_spec

from benchmarks.sentences import SENTENCES, WRITTEN_WORDS

# As the models of the Argos index have it.
NUM_LAYERS = 6
WIDTH = 512
INNER_WIDTH = 2_048
NUM_HEADS = 8
NUM_PIECES = 32_000

SEED = 7
# Positions for which the last projection is fitted; a text that is longer than that is none.
NUM_POSITIONS = 256
# What the right piece is ahead of all others by, in logits: a beam is as sure as a greedy search.
LEAD = 12.0
START, END = "<s>", "</s>"
# The number grows with every change of what is in it.
CACHE = Path("build/random-model-1")


def random_package(source: str, target: str, folder: Path) -> Path:
    """Makes `translate-SOURCE_TARGET-1_0` in `folder`, unpacked, and returns it. What is large is a
    hard link where the file system allows it: a dozen of them take the disk of one."""
    package = folder / f"translate-{source}_{target}-1_0"
    hard_link(_cached_model(), package)
    metadata = {
        "package_version": "1.0",
        "argos_version": "1.9.0",
        "from_code": source,
        "from_name": source,
        "to_code": target,
        "to_name": target,
    }
    (package / "metadata.json").write_text(json.dumps(metadata))
    (package / "README.md").write_text("Made-up weights, to measure with: it translates nothing.\n")
    return package


def random_argosmodel(source: str, target: str, folder: Path) -> Path:
    """The same as a file, as somebody would add it."""
    package = random_package(source, target, folder)
    archive_path = folder / f"translate-{source}_{target}.argosmodel"
    with zipfile.ZipFile(archive_path, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(package.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    shutil.rmtree(package)
    return archive_path


def hard_link(folder: Path, copy: Path) -> None:
    """The files of a folder under names in another one; copies, where that cannot be."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(path, target)


def _link(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except OSError:
        shutil.copyfile(path, copy)


def _cached_model() -> Path:
    if not CACHE.exists():
        unfinished = CACHE.with_name(f"{CACHE.name}.{os.getpid()}")
        (unfinished / "model").mkdir(parents=True)
        _make_model(unfinished)
        try:
            unfinished.rename(CACHE)
        except OSError:  # somebody else has just finished it
            shutil.rmtree(unfinished)
    return CACHE


def _make_model(folder: Path) -> None:
    tokenizer_model = _train_tokenizer()
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=tokenizer_model)
    pieces = [tokenizer.id_to_piece(number) for number in range(tokenizer.get_piece_size())]
    pieces += [f"▁filler{number}" for number in range(len(pieces), NUM_PIECES)]
    written = [tokenizer.piece_to_id(f"▁{word}") for word in WRITTEN_WORDS]
    assert len(set(written)) == len(WRITTEN_WORDS), "each word is a piece of its own"
    spec = _spec(pieces, written)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder / "model"))
    (folder / "sentencepiece.model").write_bytes(tokenizer_model)


def _train_tokenizer() -> bytes:
    """As many pieces as the sentences give; the table of the model is filled up to its size."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*SENTENCES, *[" ".join(WRITTEN_WORDS)] * 5]),
        model_writer=written,
        model_type="bpe",
        vocab_size=NUM_PIECES,
        hard_vocab_limit=False,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
    )
    return written.getvalue()


def _spec(pieces: Sequence[str], written: Sequence[int]) -> TransformerSpec:
    draw = np.random.default_rng(SEED)

    def small(*shape: int) -> np.ndarray:
        return draw.standard_normal(shape, np.float32) * np.float32(0.002)

    def set_linear(linear: common_spec.LinearSpec, outputs: int, inputs: int) -> None:
        linear.weight, linear.bias = small(outputs, inputs), np.zeros(outputs, np.float32)

    def set_norm(norm: common_spec.LayerNormSpec) -> None:
        norm.gamma, norm.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    def set_attention(
        attention: attention_spec.MultiHeadAttentionSpec, outputs: Sequence[int]
    ) -> None:
        set_norm(attention.layer_norm)
        for linear, num in zip(attention.linear, outputs, strict=True):
            set_linear(linear, num, WIDTH)

    spec = TransformerSpec.from_config((NUM_LAYERS, NUM_LAYERS), NUM_HEADS, pre_norm=True)
    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings = True
        set_norm(side.layer_norm)
        for layer in side.layer:
            set_attention(layer.self_attention, (3 * WIDTH, WIDTH))
            set_norm(layer.ffn.layer_norm)
            set_linear(layer.ffn.linear_0, INNER_WIDTH, WIDTH)
            set_linear(layer.ffn.linear_1, WIDTH, INNER_WIDTH)
    for layer in spec.decoder.layer:
        set_attention(layer.attention, (WIDTH, 2 * WIDTH, WIDTH))
    table = small(len(pieces), WIDTH)
    spec.encoder.embeddings[0].weight = table
    spec.decoder.embeddings.weight = table
    projection = spec.decoder.projection
    projection.weight = _fitted_projection(len(pieces), written, pieces.index(END), draw)
    projection.bias = np.zeros(len(pieces), np.float32)
    spec.register_source_vocabulary(list(pieces))
    spec.register_target_vocabulary(list(pieces))
    spec.config.bos_token = spec.config.decoder_start_token = START
    spec.config.eos_token = END
    spec.config.unk_token = "<unk>"
    return spec


def _fitted_projection(
    num_pieces: int, written: Sequence[int], end: int, draw: np.random.Generator
) -> np.ndarray:
    """Rows by which position n writes the n-th word, and every later one the end."""
    positions = _normalized(_sinusoids())
    wanted = np.zeros((NUM_POSITIONS, len(written) + 1), np.float32)
    wanted[: len(written), : len(written)] = np.eye(len(written)) * LEAD
    wanted[len(written) :, -1] = LEAD
    # With a little give, so that rounding to 8 bits and the small weights do not matter.
    square = positions @ positions.T + np.eye(NUM_POSITIONS, dtype=np.float32)
    rows = (positions.T @ np.linalg.solve(square, wanted)).T
    weight = draw.standard_normal((num_pieces, WIDTH), np.float32) * np.float32(0.01)
    weight[[*written, end]] = rows
    return weight


def _sinusoids() -> np.ndarray:
    """The positions as CTranslate2 adds them for a model without a table."""
    steps = np.arange(WIDTH // 2) * -(math.log(10_000.0) / (WIDTH // 2 - 1))
    angles = np.arange(1, NUM_POSITIONS + 1)[:, None] * np.exp(steps)
    return np.concatenate([np.sin(angles), np.cos(angles)], 1).astype(np.float32)


def _normalized(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(1, keepdims=True)
    normalized: np.ndarray = centred / centred.std(1, keepdims=True)
    return normalized
