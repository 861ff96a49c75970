"""The project file: the one place that holds SQL.

`project_file` opens it; what is done with it are functions of the other modules, over a connection.
"""

from annotator.store.project_file import Store

__all__ = ["Store"]
