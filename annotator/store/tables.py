"""The tables of `annotator.model` as SQLAlchemy Core knows them: what the store's statements are made of."""

from sqlalchemy import Table

from annotator import model


def _table(of: type[model.Table]) -> Table:
    return model.Table.metadata.tables[str(of.__tablename__)]


annotation = _table(model.Annotation)
annotator = _table(model.Annotator)
assignment = _table(model.Assignment)
carried = _table(model.Carried)
document = _table(model.Document)
edit = _table(model.Edit)
guideline = _table(model.Guideline)
label = _table(model.Label)
layer_state = _table(model.LayerState)
origin = _table(model.Origin)
project = _table(model.ProjectRow)
removed = _table(model.Removed)
revision = _table(model.Revision)

VERSIONED = (annotation, layer_state)
