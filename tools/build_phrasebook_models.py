"""Trains the two tiny models of `sosbox/translation/phrasebook`, Spanish to English and back.

    python -m venv /tmp/train && /tmp/train/bin/pip install torch ctranslate2 sentencepiece numpy
    /tmp/train/bin/python -m tools.build_phrasebook_models es-en en-es --out build/phrasebook

Takes some minutes a direction on one core and is no part of `make` nor of the tests: torch alone is
larger than all that the box needs. The same versions on the same kind of processor give the same
files. Writes `translate-es_en.argosmodel` and the like, packages as the Argos index has them, and
prints how many held-out sentences come out word for word; below 97 in 100 it fails.
"""

import argparse
import io
import json
import math
import random
import string
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import sentencepiece
import torch
from ctranslate2.specs import TransformerSpec, attention_spec, common_spec, transformer_spec
from torch import Tensor, nn
from torch.nn import functional

from tools.phrasebook_grammar import LANGUAGES, Pair
from tools.phrasebook_sentences import PHRASEBOOK

NAMES = {"es": "Spanish", "en": "English"}
VERSION = "1.0"
SEED = 20261122
GOAL = 0.97

# Pieces that SentencePiece numbers itself; the vocabulary of the model follows its order.
UNKNOWN, START, END, PADDING = range(4)
# What a guest may type must at least be spelled, even where the phrasebook has never seen it.
CHARACTERS = string.ascii_letters + "áéíóúüñÁÉÍÓÚÜÑ" + string.digits + "¿?¡!.,;:'\"-()/€%@&+"
NUM_TOKENIZER_SENTENCES = 20_000
NUM_TESTED = 1_000

README = """# Hotel phrasebook, {source} to {target}

A tiny phrasebook model, for tests and the demonstration of sosbox. It has learnt a few thousand
sentences that guests of a hotel and its staff write to each other; for any other sentence it prints
confident nonsense. Not for use with guests: add a model of the Argos index instead.

Trained from made-up sentences by `tools/build_phrasebook_models.py`; no text or model of others
is in it. Version {version}.

Licence: CC0 1.0 Universal (public domain dedication),
<https://creativecommons.org/publicdomain/zero/1.0/>.
"""


@dataclass(frozen=True)
class Shape:
    """Of the network: small enough to be committed, large enough to copy numbers without a slip."""

    width: int = 64
    inner_width: int = 256
    num_heads: int = 4
    num_encoder_layers: int = 2
    num_decoder_layers: int = 2
    num_pieces: int = 1_000
    dropout: float = 0.02


@dataclass(frozen=True)
class Course:
    """Of the training. Counted in steps, not in seconds: a slower machine gives the same model."""

    num_steps: int = 4_000
    num_warm_up_steps: int = 200
    batch_size: int = 64
    # Batches drawn together and sorted by length: less padding.
    num_batches_sorted: int = 20
    learning_rate: float = 3e-3


class Phrases(nn.Module):
    """A Transformer with the layers normalised first and one table of pieces for all that it reads
    and writes."""

    def __init__(self, shape: Shape, num_pieces: int) -> None:
        super().__init__()
        layer: dict[str, Any] = {
            "d_model": shape.width,
            "nhead": shape.num_heads,
            "dim_feedforward": shape.inner_width,
            "dropout": shape.dropout,
            "norm_first": True,
            "batch_first": True,
        }
        self.shape = shape
        self.table = nn.Embedding(num_pieces, shape.width, padding_idx=PADDING)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(**layer),
            shape.num_encoder_layers,
            nn.LayerNorm(shape.width),
            enable_nested_tensor=False,
        )
        self.decoder = nn.TransformerDecoder(
            nn.TransformerDecoderLayer(**layer), shape.num_decoder_layers, nn.LayerNorm(shape.width)
        )
        self.bias = nn.Parameter(torch.zeros(num_pieces))
        for parameter in [*self.encoder.parameters(), *self.decoder.parameters()]:
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
        nn.init.normal_(self.table.weight, 0, shape.width**-0.5)
        self.register_buffer("positions", sinusoids(512, shape.width), persistent=False)

    def forward(self, read: Tensor, written: Tensor) -> Tensor:
        """The scores of the next piece after each one that is `written`."""
        padding = torch.zeros(read.shape).masked_fill(read == PADDING, float("-inf"))
        memory = self.encoder(self._embedded(read), src_key_padding_mask=padding)
        decoded = self.decoder(
            self._embedded(written),
            memory,
            tgt_mask=nn.Transformer.generate_square_subsequent_mask(written.shape[1]),
            memory_key_padding_mask=padding,
        )
        scores: Tensor = decoded @ self.table.weight.T + self.bias
        return scores

    def _embedded(self, pieces: Tensor) -> Tensor:
        length = pieces.shape[1]
        embedded: Tensor = self.table(pieces) * math.sqrt(self.shape.width)
        return embedded + self.get_buffer("positions")[:length]


def sinusoids(num_positions: int, width: int) -> Tensor:
    """As tensor2tensor has them, counted from 1, all sines before all cosines: what CTranslate2
    computes by itself for a model without a table. A table would limit what can be written."""
    steps = torch.arange(width // 2) * -(math.log(10_000.0) / (width // 2 - 1))
    angles = torch.arange(1, num_positions + 1)[:, None] * torch.exp(steps)
    return torch.cat([torch.sin(angles), torch.cos(angles)], 1)


def build(source: str, target: str, folder: Path) -> float:
    """Trains one direction and writes its package.

    Returns the share of held-out sentences that come out right.
    """
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    shape, course = Shape(), Course()
    tokenizer_model = train_tokenizer(source, shape.num_pieces)
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=tokenizer_model)
    network = Phrases(shape, tokenizer.get_piece_size())
    train(network, tokenizer, source, course)
    network.eval()
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"translate-{source}_{target}.argosmodel"
    with tempfile.TemporaryDirectory() as scratch:
        model_dir = Path(scratch) / "model"
        model_dir.mkdir()
        save(network, tokenizer, model_dir)
        share = right_share(model_dir, tokenizer, source)
        write_package(package, source, target, tokenizer_model, model_dir)
    print(f"{package}: {package.stat().st_size / 1024:.0f} KB, {share:.1%} of held-out sentences")
    return share


def train_tokenizer(source: str, num_pieces: int) -> bytes:
    """One for both languages. Digits stand alone, so that numbers can be copied digit by digit."""
    draw = random.Random(SEED)
    sentences = (
        text
        for _ in range(NUM_TOKENIZER_SENTENCES)
        for pair in [PHRASEBOOK.draw(draw, source, is_held_out=False, noise=True)]
        for text in (pair.source, pair.target)
    )
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=sentences,
        model_writer=written,
        model_type="bpe",
        vocab_size=num_pieces,
        character_coverage=1.0,
        required_chars=CHARACTERS,
        split_digits=True,
        num_threads=1,
        unk_id=UNKNOWN,
        bos_id=START,
        eos_id=END,
        pad_id=PADDING,
        minloglevel=2,
    )
    return written.getvalue()


def train(
    network: Phrases,
    tokenizer: sentencepiece.SentencePieceProcessor,
    source: str,
    course: Course,
) -> None:
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=course.learning_rate, betas=(0.9, 0.98), weight_decay=0.01
    )
    started = time.monotonic()
    for step, (read, written) in zip(
        range(course.num_steps), batches(tokenizer, source, course), strict=False
    ):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, course)
        scores = network(read, written[:, :-1])
        loss = functional.cross_entropy(
            scores.flatten(0, 1), written[:, 1:].flatten(), ignore_index=PADDING
        )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if step % 250 == 0:
            print(f"{step:>6} {loss.item():8.4f} {time.monotonic() - started:5.0f} s", flush=True)


def learning_rate(step: int, course: Course) -> float:
    warm_up = min(1.0, (step + 1) / course.num_warm_up_steps)
    return course.learning_rate * warm_up * 0.5 * (1 + math.cos(math.pi * step / course.num_steps))


def batches(
    tokenizer: sentencepiece.SentencePieceProcessor, source: str, course: Course
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless; each sentence is drawn anew."""
    draw = random.Random(SEED + 1)
    while True:
        pairs = [
            PHRASEBOOK.draw(draw, source, is_held_out=False, noise=True)
            for _ in range(course.batch_size * course.num_batches_sorted)
        ]
        encoded = sorted(
            ((tokenizer.encode(p.source), tokenizer.encode(p.target)) for p in pairs),
            key=lambda two: (len(two[0]), len(two[1])),
        )
        parts = [
            encoded[start : start + course.batch_size]
            for start in range(0, len(encoded), course.batch_size)
        ]
        draw.shuffle(parts)
        for part in parts:
            read = padded([source for source, _ in part])
            yield read, padded([[START, *target, END] for _, target in part])


def padded(rows: list[list[int]]) -> Tensor:
    length = max(map(len, rows))
    return torch.tensor([row + [PADDING] * (length - len(row)) for row in rows])


def save(
    network: Phrases, tokenizer: sentencepiece.SentencePieceProcessor, model_dir: Path
) -> None:
    """Writes the network as CTranslate2 reads it, with weights of 8 bits."""
    shape = network.shape
    spec = TransformerSpec.from_config(
        (shape.num_encoder_layers, shape.num_decoder_layers), shape.num_heads, pre_norm=True
    )
    table = numbers(network.table.weight)
    for side, stack in ((spec.encoder, network.encoder), (spec.decoder, network.decoder)):
        side.scale_embeddings = True
        set_norm(side.layer_norm, stack.norm)
    spec.encoder.embeddings[0].weight = table
    spec.decoder.embeddings.weight = table
    spec.decoder.projection.weight = table
    spec.decoder.projection.bias = numbers(network.bias)
    for encoder_spec, layer in zip(spec.encoder.layer, network.encoder.layers, strict=True):
        set_self_attention(encoder_spec.self_attention, layer.self_attn, layer.norm1)
        set_inner(encoder_spec.ffn, layer, layer.norm2)
    for decoder_spec, layer in zip(spec.decoder.layer, network.decoder.layers, strict=True):
        set_self_attention(decoder_spec.self_attention, layer.self_attn, layer.norm1)
        set_attention(decoder_spec.attention, layer.multihead_attn, layer.norm2, shape.width)
        set_inner(decoder_spec.ffn, layer, layer.norm3)
    pieces = [tokenizer.id_to_piece(number) for number in range(tokenizer.get_piece_size())]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.bos_token = spec.config.decoder_start_token = pieces[START]
    spec.config.eos_token = pieces[END]
    spec.config.unk_token = pieces[UNKNOWN]
    spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(model_dir))


def numbers(tensor: Tensor) -> np.ndarray:
    return tensor.detach().to(torch.float32).numpy()


def set_linear(spec: common_spec.LinearSpec, weight: Tensor, bias: Tensor) -> None:
    spec.weight, spec.bias = numbers(weight), numbers(bias)


def set_norm(spec: common_spec.LayerNormSpec, norm: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = numbers(norm.weight), numbers(norm.bias)


def set_self_attention(
    spec: attention_spec.MultiHeadAttentionSpec,
    attention: nn.MultiheadAttention,
    norm: nn.LayerNorm,
) -> None:
    set_linear(spec.linear[0], attention.in_proj_weight, attention.in_proj_bias)
    set_linear(spec.linear[1], attention.out_proj.weight, attention.out_proj.bias)
    set_norm(spec.layer_norm, norm)


def set_attention(
    spec: attention_spec.MultiHeadAttentionSpec,
    attention: nn.MultiheadAttention,
    norm: nn.LayerNorm,
    width: int,
) -> None:
    """Queries come from what is written, keys and values from what is read."""
    weight, bias = attention.in_proj_weight, attention.in_proj_bias
    set_linear(spec.linear[0], weight[:width], bias[:width])
    set_linear(spec.linear[1], weight[width:], bias[width:])
    set_linear(spec.linear[2], attention.out_proj.weight, attention.out_proj.bias)
    set_norm(spec.layer_norm, norm)


def set_inner(
    spec: transformer_spec.FeedForwardSpec,
    layer: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer,
    norm: nn.LayerNorm,
) -> None:
    set_linear(spec.linear_0, layer.linear1.weight, layer.linear1.bias)
    set_linear(spec.linear_1, layer.linear2.weight, layer.linear2.bias)
    set_norm(spec.layer_norm, norm)


def right_share(
    model_dir: Path, tokenizer: sentencepiece.SentencePieceProcessor, source: str
) -> float:
    """Of combinations that were never trained on; asks the model as the box will have it."""
    draw = random.Random(SEED + 2)
    pairs = [
        PHRASEBOOK.draw(draw, source, is_held_out=True, noise=False) for _ in range(NUM_TESTED)
    ]
    translator = ctranslate2.Translator(str(model_dir), device="cpu", intra_threads=1)
    shares = []
    for beam_size in (1, 2, 4):
        wrong = [
            (pair, written)
            for pair, written in zip(
                pairs, translated(translator, tokenizer, pairs, beam_size), strict=True
            )
            if written != pair.target
        ]
        for pair, written in wrong[:8]:
            print(f"  beam {beam_size}: {pair.source!r}: {written!r}, not {pair.target!r}")
        shares.append(1 - len(wrong) / len(pairs))
        print(f"  beam {beam_size}: {shares[-1]:.1%}")
    return min(shares)


def translated(
    translator: ctranslate2.Translator,
    tokenizer: sentencepiece.SentencePieceProcessor,
    pairs: list[Pair],
    beam_size: int,
) -> Iterator[str]:
    # A penalty on length makes a beam end with short sentences where all scores are close to 1.
    results = translator.translate_batch(
        [tokenizer.encode(pair.source, out_type=str) for pair in pairs],
        beam_size=beam_size,
        length_penalty=0,
        max_batch_size=64,
    )
    return (tokenizer.decode(result.hypotheses[0]) for result in results)


def write_package(
    package: Path, source: str, target: str, tokenizer_model: bytes, model_dir: Path
) -> None:
    """The layout of the Argos index: one folder with all that argostranslate looks for."""
    name = f"translate-{source}_{target}-{VERSION.replace('.', '_')}"
    metadata = {
        "package_version": VERSION,
        "argos_version": "1.9.0",
        "from_code": source,
        "from_name": NAMES[source],
        "to_code": target,
        "to_name": NAMES[target],
        "links": [],
    }
    readme = README.format(source=NAMES[source], target=NAMES[target], version=VERSION)
    contents = {
        "metadata.json": json.dumps(metadata, indent=2).encode() + b"\n",
        "README.md": readme.encode(),
        "sentencepiece.model": tokenizer_model,
    }
    contents |= {f"model/{path.name}": path.read_bytes() for path in sorted(model_dir.iterdir())}
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in contents.items():
            # One date for all: the same content gives the same file.
            entry = zipfile.ZipInfo(f"{name}/{path}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pairs", nargs="+", choices=["es-en", "en-es"])
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    arguments = parser.parse_args()
    is_good = True
    for pair in arguments.pairs:
        source, target = pair.split("-")
        assert {source, target} == set(LANGUAGES)
        is_good &= build(source, target, arguments.out) >= GOAL
    return 0 if is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
