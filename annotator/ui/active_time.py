"""How long a person worked on an edit, pauses left out."""

from time import monotonic

LONGEST_PAUSE = 30.0  # seconds; a longer one was spent on something else


class ActiveTime:
    """Sums the time between signs of work, for the edit that comes next."""

    def __init__(self) -> None:
        self._last = monotonic()
        self._seconds = 0.0

    def touch(self) -> None:
        """Note that somebody is working: a key, a click, a scroll."""
        now = monotonic()
        pause = now - self._last
        if pause <= LONGEST_PAUSE:
            self._seconds += pause
        self._last = now

    def take(self) -> float:
        """Return the seconds worked since the last call."""
        self.touch()
        seconds, self._seconds = self._seconds, 0.0
        return seconds
