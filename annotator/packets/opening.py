"""Opening a packet by itself: it becomes a project of its own, which stands beside it and knows whose it is."""

from pathlib import Path

from annotator.packet_records import Manifest
from annotator.packets import archive, merging
from annotator.packets.merging import Cancelled, Progress
from annotator.records import UserError
from annotator.store import Store, assignments


def manifest_of(packet: Path) -> Manifest:
    """Return what a packet says of itself. Raises BrokenPacket."""
    with archive.reading(packet) as found:
        return found.manifest


def make_project(
    packet: Path,
    *,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Path:
    """Make the project of a packet, or bring what is new in the packet into the one that was made of it before.

    Returns:
        Where the project is.

    Raises:
        BrokenPacket: the packet cannot be used; no project is left behind.
        UserError: another project stands there, it is open elsewhere, or the disk refuses.

    """
    target, title = merging.project_for(packet), manifest_of(packet).project.title
    if target.exists():
        with Store.open(target) as store:
            bring_in(store, packet, progress=progress, cancelled=cancelled)
        return target
    store = Store.create(target, title)
    try:
        merging.merge(store, [packet], progress=progress, cancelled=cancelled)
    except BaseException:
        store.discard()
        raise
    store.close()
    return target


def bring_in(
    store: Store,
    packet: Path,
    *,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> None:
    """Bring what is new in a packet into the project that was made of it before.

    Raises:
        BrokenPacket: the packet cannot be used.
        UserError: the project was made otherwise, or for somebody else.

    """
    manifest = manifest_of(packet)
    with store.reading() as connection:
        origin = assignments.origin(connection)
    known = (origin.project_uid, origin.annotator) if origin else None
    whose = manifest.annotator.name if manifest.annotator else None
    if manifest.kind != "assignment" or known != (manifest.project.uid, whose):
        raise UserError(
            f"{store.path.name} stands beside this packet already. Open it and merge {packet.name} into it, if it is "
            "the same work, or give the packet another name."
        )
    merging.merge(store, [packet], progress=progress, cancelled=cancelled)
