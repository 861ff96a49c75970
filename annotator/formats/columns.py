"""The types of native JSONL's keys, as tables declare them: told from the records, so that they cannot differ."""

from typing import Any, NamedTuple, Union

from msgspec import inspect

from annotator.records import LayerRecord

Kind = Union[str, "ListOf", tuple["Column", ...]]  # "string", "int64", "float64", "bool"; a list; an object


class ListOf(NamedTuple):
    """A list, and what it is of."""

    item: Kind


class Column(NamedTuple):
    """A key of a record, and the type that it has in every record; each value may be null."""

    name: str
    kind: Kind


_SCALARS: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.LiteralType: "string",
    inspect.IntType: "int64",
    inspect.FloatType: "float64",
    inspect.BoolType: "bool",
}


def columns(record: type[Any] = LayerRecord) -> tuple[Column, ...]:
    """Return the columns of a record, in the order of its keys."""
    described = inspect.type_info(record)
    assert isinstance(described, inspect.StructType)  # noqa: S101 - records are structs
    return _fields(described)


def _fields(described: inspect.StructType) -> tuple[Column, ...]:
    return tuple(Column(field.encode_name, _kind(field.type)) for field in described.fields)


def _kind(described: inspect.Type) -> Kind:
    if isinstance(described, inspect.UnionType):
        (described,) = (each for each in described.types if not isinstance(each, inspect.NoneType))
    if isinstance(described, inspect.StructType):
        return _fields(described)
    if isinstance(described, inspect.ListType):
        return ListOf(_kind(described.item_type))
    return _SCALARS[type(described)]
