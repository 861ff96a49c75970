"""The recipes of the documentation, run as they stand there, on the seed and on text that is hard on offsets."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import exporters
from annotator.store import Store
from tests import offline
from tests.builders import bring_in, by, line, parsed, span, write_lines
from tests.formats.layers import layers

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").split("## Recipes")[1]
RECIPES = dict(part.split("\n", 1) for part in PAGE.split("\n### ")[1:])
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
EMOJI = "🚒 “No,” 👨‍👩‍👧 officials  said.\r\n\r\nThe mayor 🇩🇪 declined to comment; she denied it 🙃🙃, sources said."
LABELS = ("anonymous-source", "denial", "non-comment", "on-record")
NAMES = ["O", *(f"{tag}-{label}" for label in LABELS for tag in "BI")]


def blocks(title, language):
    (recipe,) = (text for name, text in RECIPES.items() if name.startswith(title))
    return [code for kind, code in BLOCK.findall(recipe) if kind == language]


@pytest.fixture
def project(tmp_path):
    """Ana's layers of forty short articles."""
    path = tmp_path / "news.annotator"
    lines = [
        line(
            f"{' '.join(f'w{n}x{i}' for i in range(30))} Officials denied it, a person said.",
            span(0, 9),
            annotator=by("Ana"),
        )
        for n in range(40)
    ]
    with Store.create(path) as store:
        bring_in(store, write_lines(tmp_path / "in.jsonl", lines))
    return path


def run(command, folder):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **offline.environment(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def annotator(said, folder):
    return run([sys.executable, "-m", "annotator", *shlex.split(said)[1:]], folder)


# --- spaCy ---------------------------------------------------------------------------------------


def test_spacy_trains_on_the_export(project, tmp_path):
    pytest.importorskip("spacy")
    export, train = blocks("spaCy", "sh")
    (configure,) = blocks("spaCy", "python")
    annotator(export, tmp_path)
    run([sys.executable, "-W", "ignore", "-c", configure], tmp_path)
    short = ["--training.max_steps", "2", "--training.eval_frequency", "1"]
    run([sys.executable, *shlex.split(train)[1:], *short], tmp_path)
    assert (tmp_path / "model" / "model-last" / "spancat").is_dir()


# --- Prodigy -------------------------------------------------------------------------------------


def test_what_goes_to_prodigy_and_back_adds_nothing_and_a_new_span_comes_in(project, tmp_path):
    (block,) = blocks("Prodigy", "sh")
    export, db_in, db_out, bring = block.splitlines()
    annotator(export, tmp_path)
    assert (shlex.split(db_in)[:2], shlex.split(db_out)[-1]) == (["prodigy", "db-in"], "back.jsonl")
    tasks = parsed(tmp_path / shlex.split(db_in)[-1])
    assert len(tasks) == 40

    def come_back():
        (tmp_path / "back.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))
        return annotator(bring, tmp_path).stderr

    assert "0 documents, 0 layers and 0 annotations came in" in come_back()
    tasks[3]["spans"].append({"start": 0, "end": 4, "label": "denial"})
    assert "0 documents, 0 layers and 1 annotation came in" in come_back()


# --- Transformers --------------------------------------------------------------------------------


def trained(kind):
    """A tokenizer of a kind that models have: bytes with the space before (GPT, RoBERTa), pieces (T5), words (BERT)."""
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    from tokenizers import models, pre_tokenizers, processors, trainers

    special = ["<s>", "</s>", "<unk>", "<pad>"]
    if kind == "words":
        tokenizer = tokenizers.Tokenizer(models.WordPiece(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=special, show_progress=False)
    else:
        tokenizer = tokenizers.Tokenizer(models.BPE(unk_token="<unk>"))
        is_bytes = kind == "bytes"
        pieces = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()])
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False) if is_bytes else pieces
        alphabet = pre_tokenizers.ByteLevel.alphabet() if is_bytes else []
        trainer = trainers.BpeTrainer(
            vocab_size=400, special_tokens=special, initial_alphabet=alphabet, show_progress=False
        )
    tokenizer.train_from_iterator([EMOJI, "The mayor said officials denied it and declined to comment."] * 20, trainer)
    pairs = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=pairs)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    )


@pytest.fixture(scope="module", params=["bytes", "pieces", "words"])
def tokenizer(request):
    return trained(request.param)


@pytest.fixture(scope="module")
def recipe():
    found = {}
    exec(compile(blocks("Transformers", "python")[0], "recipe", "exec"), found)
    return found


def said(spans):
    return sorted((each["start"], each["end"], each["label"]) for each in spans)


def test_the_recipe_gives_every_span_of_the_seed_back(tokenizer, recipe, seed, tmp_path, monkeypatch, capsys):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_in(store, seed / "seed.jsonl")
        exporters.export(store, tmp_path / "train.jsonl")
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks("Transformers", "python")[1], "use", "exec"), {**recipe, "tokenizer": tokenizer})
    assert capsys.readouterr().out.startswith("not in any window:")
    for layer in parsed(tmp_path / "train.jsonl"):
        rows, lost = recipe["windows"](tokenizer, layer["text"], layer["spans"], NAMES, max_length=400, stride=300)
        assert (recipe["spans_of"](rows, NAMES), lost) == (said(layer["spans"]), {})


def words(text):
    """Spans from word to word: what a tokenizer that keeps words apart can hold."""
    edges = [match.span() for match in re.finditer(r"\w+", text)]
    return [
        {"start": first[0], "end": last[1], "label": LABELS[(number + other) % 4]}
        for number, first in enumerate(edges) for other, last in enumerate(edges[number : number + 5])
    ]  # fmt: skip


def test_overlapping_spans_beside_emoji_come_back_from_windows_of_every_size(tokenizer, recipe):
    spans = words(EMOJI)
    whole, lost = recipe["windows"](tokenizer, EMOJI, spans, NAMES)
    assert len(whole) == 1
    assert recipe["spans_of"](whole, NAMES) == said(spans)
    assert lost == {}
    for size in range(16, len(whole[0]["input_ids"]) - 1, 3):
        rows, lost = recipe["windows"](tokenizer, EMOJI, spans, NAMES, max_length=size, stride=size * 2 // 3)
        assert len(rows) > 1
        back = recipe["spans_of"](rows, NAMES)
        assert len(back) + lost.total() == len(spans)
        assert set(back) <= set(said(spans))


@settings(max_examples=60)
@given(layer=layers(plain=True), size=st.integers(8, 40))
def test_whatever_the_spans_each_comes_back_or_is_counted(tokenizer, recipe, layer, size):
    spans = [{"start": each.start, "end": each.end, "label": each.label} for each in layer.spans]
    rows, lost = recipe["windows"](tokenizer, layer.text, spans, NAMES, max_length=size, stride=size // 2)
    back = recipe["spans_of"](rows, NAMES)
    assert set(back) <= set(said(spans))
    assert len(back) + lost.total() == len(spans)


def test_a_span_within_a_token_and_one_longer_than_the_stride_are_counted_apart(tokenizer, recipe):
    start = EMOJI.index("declined")
    within = {"start": start, "end": start + 1, "label": "denial"}
    rest = {"start": EMOJI.index("officials"), "end": EMOJI.index("comment") + 7, "label": "denial"}
    rows, lost = recipe["windows"](tokenizer, EMOJI, [rest], NAMES, max_length=10, stride=4)
    assert (recipe["spans_of"](rows, NAMES), dict(lost)) == ([], {"longer than the stride": 1})
    rows, lost = recipe["windows"](tokenizer, EMOJI, [within], NAMES)
    assert (recipe["spans_of"](rows, NAMES), dict(lost)) == ([], {"off the edges of tokens": 1})


def test_what_a_window_cuts_is_masked_there_and_no_piece_of_it_is_a_span(tokenizer, recipe):
    start, end = EMOJI.index("The mayor"), EMOJI.index("; she")
    spans = [{"start": start, "end": end, "label": "non-comment"}]
    inside = NAMES.index("I-non-comment")
    cuts = 0
    for size in range(16, 40):
        rows, lost = recipe["windows"](tokenizer, EMOJI, spans, NAMES, max_length=size, stride=size - 4)
        if lost:
            continue
        for row in rows:  # a model does not know what is masked: it tags the piece that it sees
            seen = [n for n, place in enumerate(row["places"]) if place and place[0] < end and start < place[1]]
            labels = {row["labels_0"][number] for number in seen}
            assert -100 not in labels or labels == {-100}
            for number in seen if labels == {-100} else ():
                row["labels_0"][number] = inside
            cuts += labels == {-100}
        assert recipe["spans_of"](rows, NAMES) == said(spans)
    assert cuts
