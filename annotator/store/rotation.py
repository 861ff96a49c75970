"""Which backups stay: the newest, and the last one of each of the days on which some were made.

Clocks jump. What is newest is therefore told by the running number alone, and a day counts as it comes up among the
newest, wherever in time it seems to be: no clock, however wrong, can make an old backup drive out a new one.
"""

from collections.abc import Iterable

from annotator.rows import Backup

RECENT = 10  # that stay, whenever they were made
DAYS = 14  # that keep their last one; days on which none was made do not count


def superfluous(backups: Iterable[Backup]) -> list[Backup]:
    """Return those of the backups of one project that are to be removed."""
    newest_first = sorted(backups, key=lambda backup: backup.number, reverse=True)
    last_of_day: dict[object, Backup] = {}
    for backup in newest_first:
        last_of_day.setdefault(backup.made.date(), backup)
    kept = {*newest_first[:RECENT], *list(last_of_day.values())[:DAYS]}
    return [backup for backup in newest_first if backup not in kept]
