"""The project as it was: at every edit, the stream of then is told again from the history."""

from contextlib import suppress

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.records import UserError
from annotator.store import Store, edits, identity, queries, streams, undo
from annotator.store.past import Past
from tests.builders import bring_lines, by, line, span

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tag"), st.integers(1, 2), st.integers(0, 5), st.sampled_from(["denial", "on-record"])),
        st.tuples(st.just("change"), st.integers(0, 5), st.sampled_from(["denial", "non-comment"])),
        st.tuples(st.just("remove"), st.integers(0, 5)),
        st.tuples(st.just("status"), st.integers(1, 2), st.sampled_from(["started", "finished"])),
        st.tuples(st.just("title"), st.integers(1, 2), st.sampled_from(["One", "Two", None])),
        st.tuples(st.just("import"), st.integers(0, 50)),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
    ),
    max_size=14,
)


def told(store, past=None):
    with store.reading() as connection:
        past = None if past is None else Past(connection, past)
        labels = streams.labels(connection)
        return msgspec.json.encode(
            [
                [streams.record(document, layer, labels) for layer in layers]
                for document, layers in streams.layers(connection, past)
            ]
        )


def number(store):
    with store.reading() as connection:
        return identity.last_edit(connection)


def rows(store):
    with store.reading() as connection:
        return [(d, row) for d in (1, 2) for row in queries.annotations(connection, d) if row.annotator_id == 1]


def step(store, what, *said):
    found = rows(store)
    uid = str(number(store))
    with store.transaction() as connection:
        if what == "tag":
            document, at, label = said
            change = edits.Change(uid, (at, at + 3), label)
            edits.change_annotations(connection, "Tag", document, 1, [change])
        elif what in ("change", "remove") and found:
            document, row = found[said[0] % len(found)]
            span_of = (row.start, row.end + 1) if what == "change" else None
            label = said[1] if what == "change" else None
            edits.change_annotations(connection, what, document, 1, [edits.Change(row.uid, span_of, label)])
        elif what == "status":
            edits.set_state(connection, "Status", said[0], 1, status=said[1])
        elif what == "title":
            edits.describe(connection, "Title", said[0], {"title": said[1]})
        elif what == "undo" and (target := undo.next_undo(connection)) and target.number > 1:
            undo.undo(connection)  # but never the first import: what comes in again belongs to the later one
        elif what == "redo":
            undo.redo(connection)


@settings(max_examples=120)
@given(STEPS)
def test_every_state_is_told_again_from_the_history(tmp_path_factory, steps):
    tmp_path = tmp_path_factory.mktemp("past")
    with Store.create(tmp_path / "p.annotator") as store:
        bring_lines(
            store, tmp_path, line("An article of one.", span(0, 2), annotator=by("Ana")), line("The second article.")
        )
        then = {number(store): told(store)}
        met = set()
        for what, *said in steps:
            if what == "import":
                if said[0] in met:  # what comes in twice belongs to the later import: see `Past`
                    continue
                met.add(said[0])
                bring_lines(store, tmp_path, line(f"Number {said[0]}.", span(0, 3), annotator=by("Ben")),
                            line("The second article.", span(0, said[0] % 9 + 1, "denial", id=f"i{said[0]}"), annotator=by(f"C{said[0]}")))  # fmt: skip
            else:
                with suppress(UserError):  # its article was brought by an import that was undone
                    step(store, what, *said)
            then[number(store)] = told(store)
        for at, expected in then.items():
            assert told(store, at) == expected
