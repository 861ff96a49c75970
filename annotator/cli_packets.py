"""The commands by which people work apart and come together, and that keep a project well."""

from annotator.arguments import ProjectPath
from annotator.printing import out


def migrate(project: ProjectPath) -> None:
    """Bring a project of an earlier version up to date, which opening it in the window does too."""
    from annotator.store import Store

    Store.open(project).close()
    out.print(f"{project} is up to date.")
