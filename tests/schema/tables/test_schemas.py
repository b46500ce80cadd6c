from dataclasses import replace

import pyarrow as pa

from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.columns import field_type, span_columns
from signalbook.schema.tables.schemas import documents_schema, table_schemas


def types_in(kind: pa.DataType) -> set[str]:
    if pa.types.is_struct(kind):
        return {name for field in kind for name in types_in(field.type)}
    if pa.types.is_list(kind):
        return types_in(kind.value_type)
    return {str(kind)}


def test_only_types_that_every_reader_knows_are_used(scheme: Scheme) -> None:
    schemas = [*table_schemas(scheme).values(), documents_schema(scheme)]
    types = {name for schema in schemas for field in schema.arrow for name in types_in(field.type)}
    assert types <= {"string", "bool", "int32", "int64", "double"}


def test_offsets_say_what_they_count(scheme: Scheme) -> None:
    spans = table_schemas(scheme)["spans"].arrow
    assert spans.metadata == {b"offset_unit": b"unicode_code_point"}
    assert spans.field("start").metadata == {b"offset_unit": b"unicode_code_point"}
    assert spans.field("end").type == pa.int32()


def test_every_attribute_of_every_span_type_has_a_column(scheme: Scheme) -> None:
    spans = table_schemas(scheme)["spans"].arrow
    for (type_name, attribute), column in span_columns(scheme).items():
        fields = {f.name: f for f in scheme.span_type(type_name).fields}
        assert spans.field(column).type == field_type(fields[attribute])


def test_a_scheme_without_parties_and_dyads_has_no_tables_of_them(second_scheme: Scheme) -> None:
    names = ["articles", "annotations", "spans", "relations", "document_labels"]
    assert list(table_schemas(second_scheme)) == names
    assert "parties" not in documents_schema(second_scheme).arrow.names


def test_keys_and_references_name_columns_that_exist(scheme: Scheme) -> None:
    schemas = table_schemas(scheme)
    for schema in schemas.values():
        assert set(schema.key) <= set(schema.arrow.names)
        for reference in schema.foreign_keys:
            assert set(reference.columns) <= set(schema.arrow.names)
            assert reference.to == schemas[reference.table].key


def test_every_column_has_a_meaning(scheme: Scheme) -> None:
    for schema in table_schemas(scheme).values():
        assert [c.name for c in schema.columns if not c.meaning] == []


def test_a_metadata_column_of_the_scheme_keeps_its_type(second_scheme: Scheme) -> None:
    assert table_schemas(second_scheme)["articles"].arrow.field("patient_age").type == pa.int64()


def test_an_attribute_named_like_a_fixed_column_gets_a_name_of_its_own(
    second_scheme: Scheme,
) -> None:
    drug, reaction = second_scheme.span_types
    named = replace(drug, fields=(replace(drug.fields[0], name="origin"),))
    columns = span_columns(replace(second_scheme, span_types=(named, reaction)))
    assert columns["drug", "origin"] == "origin_value"


def test_attributes_of_one_name_and_two_types_get_two_columns(second_scheme: Scheme) -> None:
    drug, reaction = second_scheme.span_types
    twin = replace(drug.fields[0], name=reaction.fields[0].name)
    changed = replace(second_scheme, span_types=(replace(drug, fields=(twin,)), reaction))
    columns = span_columns(changed)
    assert columns["drug", twin.name] == f"drug_{twin.name}"
    assert columns["reaction", twin.name] == f"reaction_{twin.name}"


def test_no_two_columns_share_a_name(second_scheme: Scheme) -> None:
    label = second_scheme.article_labels[0]
    alike = (replace(label, name="layer"), replace(label, name="layer_value"))
    schema = table_schemas(replace(second_scheme, article_labels=alike))["document_labels"]
    names = [column.name for column in schema.columns]
    assert len(names) == len({*names})
    assert "layer_value" in names
