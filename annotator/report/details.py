"""What follows the first page of a report: figures, numbers, definitions, passages, what was left out, versions."""

from collections import defaultdict

from annotator import __version__, verdicts
from annotator.agreement.result import Coefficients, Estimate, LabelEstimate
from annotator.plural import count
from annotator.report import figures
from annotator.report.blocks import Block, Figure, Heading, Paragraph, Section, Table
from annotator.report.definitions import definitions
from annotator.report.source import SEARCHED, Source, quoted
from annotator.verdicts import interval

SHOWN = 5  # passages of a label


def details(source: Source) -> list[Section]:
    """Return the sections."""
    compared = source.agreement.documents.compared
    shown = [_figures(source), _numbers(source), _definitions(), _worst(source)] if compared else []
    return [*shown, _left_out(source), _versions(source)]


def _figures(source: Source) -> Section:
    found = source.agreement
    blocks: list[Block] = [Paragraph(verdicts.sentence(found))]
    if warning := verdicts.warning(found):
        blocks.append(Paragraph(warning))
    blocks.append(
        Paragraph(
            f"What rests on fewer than {verdicts.FEW_DOCUMENTS} documents, or on fewer than {verdicts.FEW_SPANS} spans "
            "of a label, is grey or said to be of few. What figures are, and the numbers behind them, follows.",
            is_quiet=True,
        )
    )
    blocks += map(Figure, figures.drawn(found, source.titles))
    return Section("figures", "Figures", blocks)


def _numbers(source: Source) -> Section:
    return Section(
        "numbers",
        "The numbers behind the figures",
        [_alpha(source), _f1(source), _losses(source), _boundaries(source), _confusion(source), _pairs(source),
         _kappas(source), _expert(source), *_undefined(source)],
    )  # fmt: skip


def _number(figure: float | None) -> str:
    return verdicts.number(figure, 4)


def _few(source: Source) -> frozenset[int]:
    """Return which of the labels, in their order, rest on little."""
    found = source.agreement
    labels = enumerate(found.alpha.labels.values())
    return frozenset(at for at, each in labels if verdicts.has_few(each, found.documents.compared))


def _alpha(source: Source) -> Table:
    found = source.agreement
    rows: list[list[str]] = []
    faint = set()
    estimates: list[tuple[str, Estimate, list[str]]] = [
        (source.titles[key], each, [_number(found.alpha_u.labels[key].value), f"{found.alpha_u.labels[key].merged:,}"])
        for key, each in found.alpha.labels.items()
    ]
    estimates += [("Mean of the labels", found.alpha.mean, ["", ""]), ("Any label", found.alpha.any, ["", ""])]
    for name, each, unitizing in estimates:
        amount = ["", ""]
        few = found.documents.compared < verdicts.FEW_DOCUMENTS
        if isinstance(each, LabelEstimate):
            few = verdicts.has_few(each, found.documents.compared)
            amount = [f"{each.spans:,}", f"{each.documents:,}"]
        if few:
            faint.add(len(rows))
        reach = interval(each.low, each.high, 4)
        rows.append([name, _number(each.value), reach, *unitizing, *amount, "few" if few else ""])
    header = ["", "alpha", "95 %", "alpha-u", "merged", "spans", "documents", ""]
    return Table("Alpha by label", header, rows, faint=frozenset(faint))


def _f1(source: Source) -> Table:
    f1 = source.agreement.f1
    rows = [[source.titles[key], _number(each.strict), "", _number(each.overlap)] for key, each in f1.labels.items()]
    rows.append(["All labels", *map(_number, (f1.strict, f1.iou50, f1.overlap))])
    rows.append(["Without regard to the label", *map(_number, (f1.strict_any, f1.iou50_any, f1.overlap_any))])
    return Table("F1", ["", "strict", "half", "overlap"], rows, faint=_few(source))


def _losses(source: Source) -> Table:
    loss = source.agreement.loss
    rows = [
        [name, *map(_number, (each.boundary, each.label, each.missed))]
        for name, each in [*((source.titles[key], each) for key, each in loss.labels.items()), ("All labels", loss)]
    ]
    return Table("Loss", ["", "boundary", "label", "missed"], rows, faint=_few(source))


def _boundaries(source: Source) -> Table:
    rows = []
    for key, each in source.agreement.boundary.items():
        kinds = ", ".join(f"{kind} {met:,}" for kind, met in (each.kinds or {}).items() if met)
        figures_of = [verdicts.number(figure, 1) for figure in (each.start, each.end, each.median_chars)]
        rows.append([source.titles[key], kinds or verdicts.NONE, f"{each.matches:,}", *figures_of])
    header = ["", "what stands between", "matches", "start", "end", "median"]
    return Table("Boundaries that differ, in characters", header, rows, texts=2, faint=_few(source))


def _confusion(source: Source) -> Table:
    confusion = source.agreement.confusion
    names = [source.titles.get(key, key) for key in confusion.labels]
    rows = [[name, *(f"{met:,}" for met in row)] for name, row in zip(names, confusion.counts, strict=True)]
    return Table("Which label met which", ["", *names], rows, faint=_few(source))


def _pairs(source: Source) -> Table:
    rows: list[list[str]] = []
    faint = set()
    for number, pair in enumerate(source.agreement.pairs):
        few = pair.documents < verdicts.FEW_DOCUMENTS
        if few:
            faint.add(number)
        f1 = pair.f1
        measured = map(_number, (pair.alpha, f1.strict, f1.iou50, f1.overlap, f1.overlap_any))
        amount = [f"{pair.documents:,}", f"{pair.spans_a:,} / {pair.spans_b:,}"]
        rows.append([f"{pair.a} – {pair.b}", *amount, *measured, "few" if few else ""])
    header = ["", "documents", "spans", "alpha", "strict", "half", "overlap", "overlap, any label", ""]
    return Table("Pairs: alpha of any label, and F1", header, rows, faint=frozenset(faint))


def _kappas(source: Source) -> Table:
    keys = list(source.agreement.alpha.labels)
    pairs = source.agreement.pairs
    rows = [[f"{pair.a} – {pair.b}", *(_number(pair.kappa.get(key)) for key in keys)] for pair in pairs]
    faint = frozenset(at for at, pair in enumerate(pairs) if pair.documents < verdicts.FEW_DOCUMENTS)
    return Table("Pairs: Cohen’s kappa by label", ["", *(source.titles[key] for key in keys)], rows, faint=faint)


def _expert(source: Source) -> Table:
    expert = source.agreement.expert
    every: list[tuple[str, Coefficients]] = [(source.titles[key], each) for key, each in expert.labels.items()]
    every.append(("Any label", expert.any))
    rows = [[name, *map(_number, (each.observed, each.fleiss, each.ac1))] for name, each in every]
    header = ["", "observed", "Fleiss’ kappa", "Gwet’s AC1"]
    return Table("Coefficients for papers", header, rows, faint=_few(source))


def _undefined(source: Source) -> list[Block]:
    paths: dict[str, list[str]] = defaultdict(list)
    for each in source.agreement.undefined:
        paths[each.reason].append(each.path)
    rows = [[_sentence(reason), ", ".join(found)] for reason, found in paths.items()]
    return [Table("Not defined, shown as –", ["because", "figures"], rows, texts=2)] if rows else []


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _definitions() -> Section:
    return Section("definitions", "What the figures are", [Table("", ["", ""], definitions(), texts=2)])


def _worst(source: Source) -> Section:
    blocks: list[Block] = [
        Paragraph(
            "By label, those where the most text was marked differently, each place once. They are looked for among "
            f"the first {SEARCHED} passages of each label that differ in bounds, that differ in their label, and that "
            "one annotator did not mark.",
            is_quiet=True,
        )
    ]
    for label in source.labels:
        passages = source.passages[label.key]
        blocks.append(Heading(label.title))
        if not passages:
            blocks.append(Paragraph("No passage differs."))
        blocks += [quoted(each, source.labels) for each in passages[:SHOWN]]
    return Section("passages", "The worst passages", blocks)


def _left_out(source: Source) -> Section:
    documents, layers = source.agreement.documents, source.agreement.layers
    blocks: list[Block] = [
        Paragraph(
            f"{documents.compared:,} of {count(documents.total, 'document')} were compared, with "
            f"{count(layers.compared, 'finished layer')}."
        )
    ]
    if documents.excluded:
        rows = [[_sentence(each.reason), f"{each.documents:,}"] for each in documents.excluded]
        blocks.append(Table("Documents left out", ["because", "documents"], rows))
    if layers.excluded:
        rows = [[_sentence(each.reason), f"{each.layers:,}"] for each in layers.excluded]
        blocks.append(Table("Layers left out", ["because", "layers"], rows))
    if not documents.excluded and not layers.excluded:
        blocks.append(Paragraph("Nothing was left out."))
    return Section("left-out", "What was left out, and why", blocks)


def _versions(source: Source) -> Section:
    criteria = source.criteria
    asked = [
        ["Annotators", ", ".join(source.agreement.annotators) or "nobody"],
        ["Documents", f"found by “{criteria.documents}”" if criteria.documents.strip() else "all"],
        ["Round", criteria.round or "any"],
        ["Guideline", f"hash begins with {criteria.guideline}" if criteria.guideline else "any"],
        ["Finished since", criteria.since or "ever"],
        ["Blind", "only layers made without seeing others" if criteria.blind_only else "any"],
    ]
    made = [
        ["Tool", f"source-annotator {__version__}"],
        ["Project", source.project.title],
        ["Project uid", source.project.uid],
        ["Newest edit", f"number {source.last_edit:,}" + (f", {source.edited} UTC" if source.edited else "")],
        *(["Guideline", f"{sha256} ({f'version {number}' if number else 'known by its hash only'})"]
          for sha256, number in source.guidelines.items()),
    ]  # fmt: skip
    return Section(
        "versions",
        "What this rests on",
        [
            Table("What was asked for", ["", ""], asked, texts=2),
            Table("Versions", ["", ""], made, texts=2),
            Paragraph("The same project, tool and conditions give the same file, byte for byte.", is_quiet=True),
        ],
    )
