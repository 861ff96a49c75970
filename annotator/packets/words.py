"""What a merge brought, in words: for the commands and for the window."""

from annotator.packets.merging import AnnotatorReport, MergeReport, PacketReport
from annotator.plural import count


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
