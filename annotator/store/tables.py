"""The tables of `annotator.model` as SQLAlchemy Core knows them: what the store's statements are made of."""

from sqlalchemy import Table

from annotator import model


def _table(of: type[model.Table]) -> Table:
    return model.Table.metadata.tables[str(of.__tablename__)]


annotation = _table(model.Annotation)
annotator = _table(model.Annotator)
document = _table(model.Document)
edit = _table(model.Edit)
guideline = _table(model.Guideline)
label = _table(model.Label)
layer_state = _table(model.LayerState)
project = _table(model.ProjectRow)

VERSIONED = (annotation, layer_state)
