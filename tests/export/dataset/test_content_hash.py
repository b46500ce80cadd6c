from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbook.export.dataset.content_hash import content_hash

NESTED = pa.schema(
    [
        ("text", pa.string()),
        ("yes", pa.bool_()),
        ("number", pa.int32()),
        ("share", pa.float64()),
        ("things", pa.list_(pa.struct([("id", pa.string()), ("tags", pa.list_(pa.string()))]))),
    ]
)
things = st.fixed_dictionaries({"id": st.text(), "tags": st.none() | st.lists(st.text())})
rows = st.fixed_dictionaries(
    {
        "text": st.none() | st.text(),
        "yes": st.none() | st.booleans(),
        "number": st.none() | st.integers(-(2**31), 2**31 - 1),
        "share": st.none() | st.floats(allow_nan=False),
        "things": st.none() | st.lists(things, max_size=3),
    }
)


@settings(max_examples=60)
@given(st.lists(rows, min_size=1, max_size=6), st.data())
def test_the_canonical_hash_is_of_content_not_of_layout(
    content: list[dict[str, Any]], data: st.DataObject
) -> None:
    table = pa.Table.from_pylist(content, NESTED)
    cut = data.draw(st.integers(0, len(content)))
    chunked = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    assert content_hash(chunked) == content_hash(table)
    again = pa.Table.from_pylist(content[cut:], NESTED)
    assert content_hash(table.slice(cut)) == content_hash(again)
    other = data.draw(st.lists(rows, max_size=6))
    if pa.Table.from_pylist(other, NESTED) != table:
        assert content_hash(pa.Table.from_pylist(other, NESTED)) != content_hash(table)
