"""The commands by which people work apart and come together."""

from enum import StrEnum
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.arguments import AsJson, ProjectPath, note_plain, numbers
from annotator.plural import count
from annotator.printing import err, out, print_json, progress_bar

if TYPE_CHECKING:
    from annotator.packets.merging import MergeReport
    from annotator.packets.packing import Packed
    from annotator.packets.planning import Plan


class Round(StrEnum):
    """What an assignment is for."""

    CALIBRATION = "calibration"
    PRODUCTION = "production"
    RECHECK = "recheck"
    PRACTICE = "practice"


def pack(
    project: ProjectPath,
    out_path: Annotated[Path, typer.Argument(metavar="OUT", help="The packet to write.")],
    annotator: Annotated[str | None, typer.Option(metavar="NAME", help="Whose packet it is.")] = None,
    documents: Annotated[
        str | None, typer.Option(metavar="1,4-9", help="These articles, by the numbers that `list` shows.")
    ] = None,
    sample: Annotated[int | None, typer.Option(metavar="N", help="So many, drawn from those nobody was given.")] = None,
    overlap: Annotated[
        int, typer.Option(metavar="N", help="So many of the sample from those that somebody else was given.")
    ] = 0,
    query: Annotated[
        str | None, typer.Option(metavar="Q", help="Draw a part of the sample from the articles with these words.")
    ] = None,
    share: Annotated[float, typer.Option(metavar="P", help="How large that part is, from 0 to 1.")] = 0.5,
    seed: Annotated[int, typer.Option(help="Another number draws others.")] = 0,
    round: Annotated[Round, typer.Option(help="What it is for.")] = Round.PRODUCTION,
    returns: Annotated[
        bool, typer.Option("--return", help="Give back what the annotator made, finished or not.")
    ] = False,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="All articles and everybody's work, to go on elsewhere.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a packet: articles for an annotator to read, or what an annotator made of them."""
    from annotator.packets import packing
    from annotator.packets.choosing import Wanted
    from annotator.store import Store

    _refuse_idle(
        documents and "--documents", sample is not None and "--sample", overlap and "--overlap", query and "--query",
        unless=not (everybody or returns), why="goes with an assignment: --return and --everybody take all there is",
    )  # fmt: skip
    _refuse_idle(
        sample is not None and "--sample", overlap and "--overlap", query and "--query",
        unless=not documents, why="draws articles, and --documents names them: say one of the two",
    )  # fmt: skip
    _refuse_idle(overlap and "--overlap", query and "--query", unless=sample is not None, why="is a part of --sample N")
    if everybody or returns:
        with Store.open_to_read(project) as store:
            packed = (
                packing.pack_everything(store, out_path) if everybody else packing.give_back(store, out_path, annotator)
            )
    elif annotator is None:
        raise typer.BadParameter("Say whose packet it is: --annotator NAME.")
    else:
        wanted = Wanted(
            documents=numbers(documents or "", "--documents"), sample=sample, overlap=overlap, query=query, share=share,
            seed=seed, round=round.value,
        )  # fmt: skip
        with Store.open(project, accepts_missing=True) as store:
            packed = packing.assign(store, out_path, annotator, wanted)
    if as_json:
        print_json(packed)
    else:
        _print_packed(packed)
    note_plain(project)


def _refuse_idle(*said: object, unless: bool, why: str) -> None:
    """Refuse an option that would have no effect."""
    given = [option for option in said if isinstance(option, str) and option]
    if given and not unless:
        raise typer.BadParameter(f"{given[0]} {why}.")


def _print_packed(packed: "Packed") -> None:
    articles = count(packed.documents, "article")
    if packed.kind == "assignment":
        shared = f", {packed.shared} of them shared with others" if packed.shared else ""
        found = f", {packed.by_query} found by words" if packed.by_query else ""
        out.print(f"{packed.path}: {articles} for {packed.annotator}{shared}{found}")
    elif packed.kind == "return":
        left = f"; {count(packed.unfinished, 'article')} not finished" if packed.unfinished else ""
        out.print(f"{packed.path}: what {packed.annotator} made of {articles}{left}")
    else:
        out.print(f"{packed.path}: {articles} with everybody's work")
        if packed.undone:
            undone = count(packed.undone, "article")
            err.print(f"{undone} whose import was undone went along, out of effect, because somebody annotated there")


def merge(
    project: ProjectPath,
    packets: Annotated[list[Path], typer.Argument(metavar="PACKET...", help="Packets, in any order.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    bring_back: Annotated[
        bool, typer.Option("--bring-back", help="Take in articles too that were removed here for good.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring packets together with a project: every version is kept, nothing is overwritten."""
    from annotator.packets import merging
    from annotator.store import Store

    with Store.open(project, accepts_missing=True) as store, progress_bar("Merging") as progress:
        report = merging.merge(store, packets, dry_run=dry_run, brings_back=bring_back, progress=progress)
    print_merge(report, as_json=as_json)


def print_merge(report: "MergeReport", *, as_json: bool) -> None:
    """Print what a merge brought, by annotator, and what is left to settle."""
    if as_json:
        print_json(report)
        return
    from annotator.packets import words

    for sentence in words.merged(report):
        out.print(sentence)


def conflicts(project: ProjectPath, as_json: AsJson = False) -> None:
    """List annotations and states that two projects changed apart, until a person settles them in the window."""
    from annotator.packets import words
    from annotator.store import Store, queries
    from annotator.store.conflicts import conflicts as find

    with Store.open_to_read(project) as store, store.reading() as connection:
        found = find(connection)
        people = {row.id: row.name for row in queries.annotators(connection)}
        articles = {key: queries.document(connection, key) for key in {each.document_id for each in found}}
    if as_json:
        sayings = [[{**saying._asdict(), "digest": saying.digest.hex()} for saying in each.sayings] for each in found]
        print_json([{**each._asdict(), "sayings": said} for each, said in zip(found, sayings, strict=True)])
        return
    for each in found:
        article = articles[each.document_id]
        out.print(f"{each.document_id:>6}  {article.name} ({people[each.annotator_id]})")
        for letter, saying in zip(ascii_uppercase, each.sayings, strict=False):
            out.print(f"        {letter}: {words.saying(saying, article.text)}")
    err.print(f"{count(len(found), 'conflict')} to settle" if found else "No conflicts.")


def assignments(project: ProjectPath, as_json: AsJson = False) -> None:
    """Show who reads which articles: how far each is, what each pair shares, how the sample was drawn."""
    from annotator.packets import planning
    from annotator.store import Store

    with Store.open_to_read(project) as store, store.reading() as connection:
        plan = planning.look(connection)
    if as_json:
        print_json(plan)
    else:
        _print_plan(plan)


def _print_plan(plan: "Plan") -> None:
    from annotator.packets import words
    from annotator.tables import print_rows

    out.print(words.read_by(plan))
    if plan.annotators:
        rows = [["", "given", "finished", "in progress", "left", "work left"]]
        rows += [
            [each.name, f"{each.given:,}", f"{each.finished:,}", f"{each.started:,}", f"{each.left:,}",
             words.days(each.days)]
            for each in plan.annotators
        ]  # fmt: skip
        print_rows(rows)
        out.print(words.TIME)
    if plan.pairs:
        print_rows([["", "shared"], *([f"{pair.a} – {pair.b}", words.shared(pair)] for pair in plan.pairs)])
        out.print(words.SHARING)
    for sentence in words.drawn(plan):
        out.print(sentence)


def migrate(project: ProjectPath) -> None:
    """Bring a project of an earlier version up to date, which opening it in the window does too."""
    from annotator.store import Store

    Store.open(project).close()
    out.print(f"{project} is up to date.")
