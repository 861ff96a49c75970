"""What a merge brought, and who reads what, in words: for the commands and for the window."""

from annotator.packets.merging import AnnotatorReport, MergeReport, PacketReport
from annotator.packets.planning import FEW, HOURS_A_DAY, Pair, Plan, Preview
from annotator.plural import count
from annotator.rows import Saying

SHOWN = 80  # code points of what a version covers


def merged(report: MergeReport) -> list[str]:
    """Return sentences: where the packets come from, what came in of whom, and what is left to do."""
    said = [_packet(packet) for packet in report.packets]
    if report.is_nothing_new:
        said.append("Nothing new: the project has all of it already.")
    else:
        said += _articles(report)
        said += [_annotator(each) for each in report.annotators if each.annotations or each.states]
    said += _notes(report)
    if report.conflicts:
        number = count(len(report.conflicts), "conflict")
        said.append(f"{number}: changed apart, both versions are kept. Settle them in the window (Review > Conflicts).")
    if report.doubles:
        number = count(sum(each.annotations for each in report.doubles), "annotation")
        where = ", ".join(f"“{each.title}” ({each.annotator})" for each in report.doubles[:3])
        more = f" and {len(report.doubles) - 3} more" if len(report.doubles) > 3 else ""
        said.append(f"{number} now twice in a layer, done on two machines: {where}{more}. Remove one of each there.")
    if report.dry_run:
        said.append("This was a dry run: nothing was changed.")
    return said


def _packet(packet: PacketReport) -> str:
    whose = f" of {packet.annotator}" if packet.annotator else ""
    said = f"{packet.file}: {packet.kind}{whose}, made {packet.made[:16].replace('T', ' ')} UTC"
    if not packet.is_own:
        said += f", from another project (“{packet.project}”): articles are known by their text, people by name"
    if packet.unfinished:
        said += f"; {count(packet.unfinished, 'article')} not finished yet"
    return f"{said}."


def _articles(report: MergeReport) -> list[str]:
    said = []
    if report.documents:
        said.append(f"{count(report.documents, 'article')} came in; {report.known_documents:,} were here already.")
    if report.restored_documents:
        said.append(f"{count(report.restored_documents, 'article')} came back from the trash.")
    if report.guidelines:
        said.append("A guideline came in.")
    if report.assignments:
        said.append(f"New for {count(report.assignments, 'article')}: who reads it, or how long it took.")
    if report.links:
        said.append(f"{count(report.links, 'article')} known now as a corrected version of another one.")
    if report.labels:
        said.append(f"New labels: {', '.join(report.labels)}.")
    return said


def _annotator(each: AnnotatorReport) -> str:
    what = f"{count(each.annotations, 'version')} of annotations and {each.states:,} of states"
    known = f"; {each.known:,} were here already" if each.known else ""
    return f"{each.name}: {what} in {count(len(each.documents), 'article')}{known}."


def _notes(report: MergeReport) -> list[str]:
    said = []
    if report.removed_documents:
        number = count(report.removed_documents, "article")
        said.append(f"{number} left out: removed here for good. Merge with --bring-back to take them in all the same.")
    if report.kept_metadata:
        said.append(f"Of {count(report.kept_metadata, 'article')} the project keeps its own title, date or outlet.")
    if report.taken_as:
        said.append(f"Known here by name alone: {', '.join(report.taken_as)}.")
    if report.renamed:
        number = count(report.renamed, "annotation")
        said.append(f"{number} got another id, because theirs stands for something else here.")
    return said


def previewed(found: Preview) -> str:
    """Return what a packet would hold, as in "40 articles: 10 shared with Ben, 9 found by “denied”, 21 at random"."""
    parts = []
    if len(found.shared_with) == 1:
        parts.append(f"{found.shared:,} shared with {next(iter(found.shared_with))}")
    elif found.shared:
        whom = ", ".join(f"{name} {number:,}" for name, number in found.shared_with.items())
        parts.append(f"{found.shared:,} shared ({whom})")
    if found.by_query:
        parts.append(f"{found.by_query:,} found by “{found.query}”")
    if found.random:
        parts.append(f"{found.random:,} at random")
    articles = count(found.documents, "article")
    return f"{articles}: {', '.join(parts)}." if parts else f"{articles}."


def drawn(plan: Plan) -> list[str]:
    """Return how the articles that were given came about, and what the random part says of how often a label occurs."""
    ways = {
        "chosen": "{number} chosen", "random": "{number} at random", "query": "{number} found by “{query}”",
    }  # fmt: skip
    said = [ways[each.sampling].format(number=f"{each.documents:,}", query=each.query) for each in plan.drawn]
    sentences = [f"Given: {', '.join(said)}." if said else "Nothing was given to anybody yet."]
    if not plan.random_finished:
        why = "no article that was drawn at random is finished"
        return [*sentences, f"How often each label occurs is not known: {why}."]
    shares = ", ".join(
        f"{each.label} in {each.share:.0%} ({each.documents:,})" for each in plan.prevalence if each.share is not None
    )
    rests = count(plan.random_finished, "finished article")
    return [*sentences, f"Of all articles, by the {rests} drawn at random: {shares}."]


def read_by(plan: Plan) -> str:
    """Return how many articles have how many readers."""
    none, one, two, more = plan.read_by
    return (
        f"{count(plan.documents, 'article')}: {one:,} read by one, {two:,} by two, {more:,} by three or more, "
        f"{none:,} by nobody yet."
    )


def days(number: float | None) -> str:
    """Return days of work that are left."""
    if number is None:
        return "not known yet"
    if number == 0:
        return "none"
    return "under half a day" if number < 0.5 else f"{number:.1f} days"


def shared(pair: Pair) -> str:
    """Return how many articles two people share, and whether that is enough to measure agreement."""
    if pair.documents == 0:
        return "none"
    return f"{pair.documents:,} (few)" if pair.is_few else f"{pair.documents:,}"


TIME = f"Work left: the median active time of a finished article times the articles left, at {HOURS_A_DAY} hours a day."
SHARING = f"Few: under {FEW} articles is little to measure agreement by."


def saying(said: Saying, text: str) -> str:
    """Return what one version of a conflict says: the words and their label, or the status of the layer."""
    if said.deleted:
        return "removed"
    if said.status:
        return f"{said.status}, {said.round}"
    words = " ".join(text[said.start : said.end].split())
    shown = words if len(words) <= SHOWN else f"{words[: SHOWN // 2]} … {words[-SHOWN // 2 :]}"
    return f"“{shown}” {said.label or 'look-alike'}"
