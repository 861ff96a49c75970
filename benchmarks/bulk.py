"""Import and export against the least that could do the work: raw cursors, msgspec, the same tables and indexes."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import Any

import msgspec

from annotator import exporters, importers
from annotator.records import AnnotatorRecord, Attributes, LayerRecord, Meta, SpanRecord
from annotator.store import Store, streams
from benchmarks.memory import peak_megabytes

Row = tuple[str, float, float]  # name, figure, gate
_decode_attributes = msgspec.json.Decoder(Attributes).decode


def measure(folder: Path, source: Path) -> list[Row]:
    """Return the ratios of import and export to their floors, and the peak memory of each in MB.

    Of exports it is the least of three, which take turns with their floor, because CPU time is noisy.
    """
    project = folder / "bulk.annotator"
    imported, peak_in = _in_fresh_process("import", project, source)
    floor_in, _ = _in_fresh_process("import-floor", folder / "floor.annotator", source)
    turns = [[_exported(what, project, folder) for what in ("export", "export-floor")] for _ in range(3)]
    (exported, peak_out), (floor_out, _) = (min(turn) for turn in zip(*turns, strict=True))
    return [
        (f"import, CPU, x floor of {floor_in:.1f} s", imported / floor_in, 1.6),
        ("import, peak RSS, MB", peak_in, 200),
        (f"export, CPU, x floor of {floor_out:.1f} s", exported / floor_out, 1.8),
        ("export, peak RSS, MB", peak_out, 200),
    ]


def _exported(what: str, project: Path, folder: Path) -> tuple[float, float]:
    """Write a file and remove it again: what the system still has to write of one is not counted in the next."""
    target = folder / f"{what}.jsonl"
    measured = _in_fresh_process(what, project, target)
    target.unlink()
    return measured


def _in_fresh_process(what: str, project: Path, file: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.bulk", what, str(project), str(file)]
    seconds, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(megabytes)


def _import(project: Path, source: Path) -> None:
    with Store.create(project) as store:
        importers.import_files(store, importers.find([source]))


def _export(project: Path, target: Path) -> None:
    with Store.open_to_read(project) as store:
        exporters.export(store, target)


def _import_floor(project: Path, source: Path) -> None:
    """Parse, and insert the same rows with executemany; uids stand in for what is derived."""
    Store.create(project).close()
    raw = sqlite3.connect(project, isolation_level=None)
    raw.execute("PRAGMA synchronous = FULL")
    indexes = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    raw.execute("BEGIN IMMEDIATE")
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    raw.execute("INSERT INTO edit(name, kind, at, active_seconds) VALUES ('i', 'import', '2026-01-01', 0)")
    raw.execute("INSERT INTO annotator(uid, kind, name) VALUES ('ana', 'human', 'Ana')")
    decode = msgspec.json.Decoder(LayerRecord).decode
    labels = dict(raw.execute("SELECT key, id FROM label"))
    batch: list[LayerRecord] = []
    done = 0
    with source.open("rb", 1 << 20) as lines:
        for line in lines:
            batch.append(decode(line))
            if len(batch) == 500:
                done = _insert(raw, batch, done, labels)
                batch = []
    _insert(raw, batch, done, labels)
    for _, sql in indexes:
        raw.execute(sql)
    raw.execute("COMMIT")
    raw.close()


def _insert(raw: sqlite3.Connection, batch: list[LayerRecord], done: int, labels: dict[str, int]) -> int:
    numbered = list(enumerate(batch, done + 1))
    raw.executemany(
        "INSERT INTO document(id, sha256, text, length, title, meta_json, zones, edit) VALUES (?,?,?,?,?,'{}','[]',1)",
        [(n, f"{n:064x}", d.text, len(d.text), d.meta.title) for n, d in numbered],
    )
    raw.executemany(
        "INSERT INTO document_search(rowid, title, text) VALUES (?, ?, ?)",
        [(n, d.meta.title, d.text) for n, d in numbered],
    )
    raw.executemany(
        "INSERT INTO layer_state(uid, digest, parents, document_id, annotator_id, edit, at, deleted, current, status,"
        " round, blind) VALUES (?, ?, x'', ?, 1, 1, '2026-01-01', 0, 1, 'finished', 'production', 1)",
        [(f"{n:032x}", n.to_bytes(16, "big"), n) for n, _ in numbered],
    )
    raw.executemany(
        "INSERT INTO annotation(uid, digest, parents, document_id, annotator_id, edit, at, deleted, current, start,"
        ' "end", label_id, attributes) VALUES (?, ?, x\'\', ?, 1, 1, \'2026-01-01\', 0, 1, ?, ?, ?, ?)',
        [
            (s.id, hash(s.id).to_bytes(16, "big", signed=True), n, s.start, s.end, labels[s.label],
             '{"identity":"named","source":"The ministry"}')
            for n, d in numbered
            for s in d.spans
        ],
    )  # fmt: skip
    return done + len(batch)


def _export_floor(project: Path, target: Path) -> None:
    """Write the same lines from two ordered cursors, unchecked, as if there were one annotator and only spans."""
    raw = sqlite3.connect(f"{project.as_uri()}?mode=ro", uri=True)
    labels = dict(raw.execute("SELECT id, key FROM label"))
    annotations = raw.execute(
        'SELECT document_id, annotator_id, start, "end", uid, label_id, attributes FROM annotation '
        'WHERE current AND NOT deleted ORDER BY document_id, annotator_id, start, "end"'
    )
    documents = raw.execute(
        "SELECT id, external_id, sha256, text, language, title, outlet, byline, url, published, meta_json, zones "
        "FROM document ORDER BY id"
    )
    encode = msgspec.json.Encoder().encode
    ana = AnnotatorRecord(id="ana", name="Ana")
    row = annotations.fetchone()
    with target.open("wb", 1 << 20) as out:
        for document in documents:
            found = []
            while row and row[0] == document[0]:
                found.append(row)
                row = annotations.fetchone()
            out.write(encode(_line(document, ana, found, labels)) + b"\n")


def _line(document: tuple[Any, ...], who: AnnotatorRecord, rows: list[Any], labels: dict[int, str]) -> LayerRecord:
    _, external_id, sha256, text, language, title, outlet, byline, url, published, meta_json, _ = document
    spans = []
    for _, _, start, end, uid, label_id, attributes in rows:
        more = _decode_attributes(attributes)
        spans.append(
            SpanRecord(
                id=uid, start=start, end=end, label=labels[label_id], text=text[start:end],
                labels_all=streams.labels_all(labels[label_id], more.identity), identity=more.identity,
                source=more.source, confidence=more.confidence, unsure=more.unsure, note=more.note, score=more.score,
                taken_from=more.taken_from, reason=more.reason, runner_up=more.runner_up,
            )
        )  # fmt: skip
    meta = Meta(title=title, outlet=outlet, byline=byline, url=url, published=published)
    return LayerRecord(
        schema_name="source-annotator/1", document=external_id or sha256, sha256=sha256, text=text, language=language,
        meta=meta, meta_json=meta_json, annotator=who, status="finished", round="production", blind=True, spans=spans,
    )  # fmt: skip


def main() -> None:
    """Do one of the four, and print CPU seconds and peak memory in MB."""
    what, project, file = sys.argv[1], Path(sys.argv[2]).absolute(), Path(sys.argv[3])
    verbs = {"import": _import, "export": _export, "import-floor": _import_floor, "export-floor": _export_floor}
    start = process_time()
    verbs[what](project, file)
    print(process_time() - start, peak_megabytes())


if __name__ == "__main__":
    main()
