"""The tables of a project, and every rule that a database can hold.

SQLModel does not validate table rows, so each rule is a CHECK, a FOREIGN KEY or a UNIQUE index
here. Indexes are named, because an import into a new project makes them after the rows.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, MetaData, Text, text
from sqlmodel import Field, SQLModel

STATUSES = ("unread", "started", "finished")
ROUNDS = ("calibration", "production", "recheck", "practice")
SAMPLINGS = ("chosen", "random", "query")
OUTCOMES = ("same", "moved", "lost")

NOT_BLANK = "length(trim({0})) > 0"
# json_valid() is refused in a schema that is not trusted, so `check` reads the JSON itself.
OBJECT = "{0} GLOB '{{*}}'"
SHA256 = "length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'"


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _rule(name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=name)


class Table(SQLModel):
    """What every table shares: constraint names, so that a later migration can find them."""

    metadata = MetaData(
        naming_convention={
            "ck": "%(table_name)s_%(constraint_name)s",
            "fk": "%(table_name)s_%(column_0_name)s_exists",
            "uq": "%(table_name)s_%(column_0_name)s",
        }
    )


class ProjectRow(Table, table=True):
    """The one row that says which project this is."""

    __tablename__ = "project"
    __table_args__ = (
        _rule("one_row", "id = 1"),
        _rule("title", NOT_BLANK.format("title")),
        _rule("secret", "typeof(secret) = 'blob' AND length(secret) = 32"),
    )

    id: int = Field(default=1, primary_key=True)
    uid: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    created: datetime
    secret: bytes = Field(sa_type=LargeBinary)  # pseudonyms are keyed with it; it never leaves the project


class Edit(Table, table=True):
    """One thing a person did, with a name; it wrote one or more versions.

    `change` is for what has no versions, metadata: JSON of the document, and values before and after.
    """

    __table_args__ = (
        _rule("kind", _one_of("kind", "do", "undo", "redo", "import", "merge")),
        _rule("name", NOT_BLANK.format("name")),
        _rule("target", "(kind IN ('undo', 'redo')) = (target IS NOT NULL)"),
        _rule("earlier", "target < number"),
        _rule("active", "active_seconds >= 0"),
        _rule("change", f"change IS NULL OR {OBJECT.format('change')}"),
    )

    number: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text)
    kind: str = Field(default="do", sa_type=Text)
    annotator_id: int | None = Field(default=None, foreign_key="annotator.id")
    at: datetime
    target: int | None = Field(default=None, foreign_key="edit.number")
    active_seconds: float = 0.0
    change: str | None = Field(default=None, sa_type=Text)


class Document(Table, table=True):
    """One article: a text that never changes, and metadata that may."""

    __table_args__ = (
        _rule("sha256", SHA256),
        _rule("length", "length > 0"),
        _rule("meta_json", OBJECT.format("meta_json")),
        _rule("zones", "zones GLOB '[[]*]'"),
        Index("document_sha256", "sha256", unique=True),
        Index("document_edit", "edit"),
        # Counting and listing must not read the texts: they are nearly all of the file.
        Index("document_shown", "id", sqlite_where=text("withdrawn IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(sa_type=Text)
    length: int  # of the text, in code points: SQLite's own length() would read it all
    external_id: str | None = Field(default=None, sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    outlet: str | None = Field(default=None, sa_type=Text)
    byline: str | None = Field(default=None, sa_type=Text)
    url: str | None = Field(default=None, sa_type=Text)
    published: str | None = Field(default=None, sa_type=Text)
    language: str | None = Field(default=None, sa_type=Text)
    meta_json: str = Field(default="{}", sa_type=Text)
    zones: str = Field(default="[]", sa_type=Text)
    edit: int = Field(foreign_key="edit.number")
    withdrawn: int | None = Field(default=None, foreign_key="edit.number")
    text: str = Field(sa_type=Text)  # last, so that the columns before it are read without it


class Annotator(Table, table=True):
    """Who makes annotations: a person, a model, or gold."""

    __table_args__ = (
        _rule("kind", _one_of("kind", "human", "model", "gold")),
        _rule("name", NOT_BLANK.format("name")),
        Index("annotator_uid", "uid", unique=True),
        Index("annotator_kind_name", "kind", "name", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(sa_type=Text)
    kind: str = Field(default="human", sa_type=Text)
    name: str = Field(sa_type=Text)


class Label(Table, table=True):
    """What a span can be: the four of journalism, and what a project adds."""

    __table_args__ = (
        _rule("key", NOT_BLANK.format("key")),
        _rule("colour", "colour GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'"),
        _rule("pattern", _one_of("pattern", "solid", "dash", "dot", "double")),
        Index("label_key", "key", unique=True),
        Index("label_position", "position", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    colour: str = Field(sa_type=Text)
    pattern: str = Field(sa_type=Text)
    shortcut: str | None = Field(default=None, sa_type=Text)
    position: int


class Guideline(Table, table=True):
    """A version of the annotation guideline; without text when only its hash is known. Append-only."""

    __table_args__ = (
        _rule("labels_json", "labels_json IS NULL OR labels_json GLOB '[[]*]'"),
        Index("guideline_sha256", "sha256", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(sa_type=Text)
    text: str | None = Field(default=None, sa_type=Text)
    labels_json: str | None = Field(default=None, sa_type=Text)
    edit: int | None = Field(default=None, foreign_key="edit.number")


class _Version(Table):
    """What versions of annotations and of layer states have in common (`docs/versions.md`)."""

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    parents: bytes = Field(default=b"", sa_type=LargeBinary)  # digests that it replaces, 16 bytes each, sorted
    document_id: int = Field(foreign_key="document.id")
    annotator_id: int = Field(foreign_key="annotator.id")
    guideline_id: int | None = Field(default=None, foreign_key="guideline.id")
    edit: int = Field(foreign_key="edit.number")
    at: datetime
    deleted: bool = False
    current: bool = True
    withdrawn: int | None = Field(default=None, foreign_key="edit.number")  # the undo that withdrew it


def _version_rules() -> list[CheckConstraint]:
    return [
        _rule("uid", NOT_BLANK.format("uid")),
        _rule("digest", "typeof(digest) = 'blob' AND length(digest) = 16"),
        _rule("parents", "typeof(parents) = 'blob' AND length(parents) % 16 = 0"),
        _rule("flags", "deleted IN (0, 1) AND current IN (0, 1)"),
        _rule("withdrawn", "withdrawn IS NULL OR NOT current"),
    ]


class Annotation(_Version, table=True):
    """A version of one span with one label, or of a negative, which has none.

    `start` and `end` count code points of the document's text, half open. `attributes` is the
    canonical JSON of `records.Attributes`.
    """

    __table_args__ = (
        *_version_rules(),
        _rule("whole", "typeof(start) = 'integer' AND typeof(\"end\") = 'integer'"),
        _rule("span", "0 <= start AND start < \"end\""),
        _rule("attributes", OBJECT.format("attributes")),
        Index("annotation_uid", "uid", "digest", unique=True),
        Index("annotation_current", "uid", unique=True, sqlite_where=text("current")),
        Index(
            "annotation_layer",
            "document_id", "annotator_id", "start", "end", "label_id",  # the last so that counting reads no rows
            sqlite_where=text("current AND NOT deleted"),
        ),
        Index("annotation_edit", "edit"),
    )  # fmt: skip

    start: int
    end: int
    label_id: int | None = Field(default=None, foreign_key="label.id")
    attributes: str = Field(default="{}", sa_type=Text)


class LayerState(_Version, table=True):
    """A version of the state of one annotator's layer on one document."""

    __tablename__ = "layer_state"
    __table_args__ = (
        *_version_rules(),
        _rule("status", _one_of("status", *STATUSES)),
        _rule("round", _one_of("round", *ROUNDS)),
        _rule("blind", "blind IN (0, 1)"),
        Index("layer_state_uid", "uid", "digest", unique=True),
        Index("layer_state_current", "uid", unique=True, sqlite_where=text("current")),
        Index(
            "layer_state_layer",
            "document_id", "annotator_id",
            unique=True,
            sqlite_where=text("current AND NOT deleted"),
        ),
        Index("layer_state_edit", "edit"),
    )  # fmt: skip

    status: str = Field(default="started", sa_type=Text)
    round: str = Field(default="production", sa_type=Text)
    blind: bool = True


class Origin(Table, table=True):
    """The one row of a project that was made from a packet: the project that sent it, and whose work is to go back."""

    __table_args__ = (_rule("one_row", "id = 1"),)

    id: int = Field(default=1, primary_key=True)
    project_uid: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    annotator_id: int = Field(foreign_key="annotator.id")
    at: datetime


class Assignment(Table, table=True):
    """A document that was given to an annotator to read, and how it came to be chosen.

    `weight` is how many documents each one drawn stands for; only those drawn at random tell how often something is.
    `active_seconds` are those of the annotator's own project, which came back with the work.
    """

    __table_args__ = (
        _rule("round", _one_of("round", *ROUNDS)),
        _rule("sampling", _one_of("sampling", *SAMPLINGS)),
        _rule("query", "(query IS NOT NULL) = (sampling = 'query')"),
        _rule("weight", "(weight IS NULL) = (sampling = 'chosen') AND (weight IS NULL OR weight >= 1)"),
        _rule("active", "active_seconds >= 0"),
        Index("assignment_document", "document_id", "annotator_id", unique=True),
        Index("assignment_annotator", "annotator_id", "document_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    annotator_id: int = Field(foreign_key="annotator.id")
    round: str = Field(default="production", sa_type=Text)
    sampling: str = Field(default="chosen", sa_type=Text)
    query: str | None = Field(default=None, sa_type=Text)
    weight: float | None = None
    active_seconds: float = 0.0
    at: datetime


class Revision(Table, table=True):
    """A document that is a corrected version of another one."""

    __table_args__ = (
        _rule("another", "document_id <> predecessor_id"),
        Index("revision_predecessor", "predecessor_id"),
    )

    document_id: int = Field(primary_key=True, foreign_key="document.id")
    predecessor_id: int = Field(foreign_key="document.id")
    edit: int = Field(foreign_key="edit.number")


class Carried(Table, table=True):
    """What became of an annotation in a corrected article, and whether a person has looked at it."""

    __table_args__ = (
        _rule("outcome", _one_of("outcome", *OUTCOMES)),
        _rule("uid", "(uid IS NULL) = (outcome = 'lost')"),
        _rule("settled", "settled IN (0, 1)"),
        Index("carried_document", "document_id", "former_uid", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    annotator_id: int = Field(foreign_key="annotator.id")
    former_uid: str = Field(sa_type=Text)
    uid: str | None = Field(default=None, sa_type=Text)
    outcome: str = Field(sa_type=Text)
    settled: bool = False


class Removed(Table, table=True):
    """A text that was removed for good, by its hash: it does not come back unasked."""

    __table_args__ = (_rule("sha256", SHA256), Index("removed_sha256", "sha256", unique=True))

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(sa_type=Text)
    at: datetime
