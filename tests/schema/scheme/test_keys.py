"""Every key of the labelling page has one meaning, and what the scheme asks for besides is refused."""

from dataclasses import replace

from signalbook.schema.scheme.keys import OF_SPAN, assign_keys
from signalbook.schema.scheme.model import Scheme, SpanType


def with_span_type(scheme: Scheme, old: SpanType, new: SpanType) -> Scheme:
    types = tuple(new if span_type == old else span_type for span_type in scheme.span_types)
    return replace(scheme, span_types=types)


def test_a_loaded_scheme_has_keys_of_one_meaning(scheme: Scheme) -> None:
    keys = assign_keys(scheme)
    assert not keys.problems
    assert len({*keys.given.values()}) == len(keys.given)


def test_what_label_studio_would_hand_out_is_parked_unless_a_chip_has_it(scheme: Scheme) -> None:
    keys = assign_keys(scheme)
    given = {*keys.given.values()}
    assert {*keys.parked} | given >= {*"1234567890qwetasdfgzxcvbyiopjklnm"}
    assert not {*keys.parked} & given


def test_a_key_that_the_page_gives_to_a_party_is_no_key_of_a_value(diplomatic: Scheme) -> None:
    signal = next(t for t in diplomatic.span_types if t.party_field is None)
    sender = next(f for f in signal.fields if f.is_party_reference and not f.many)
    field = next(f for f in signal.fields if len(f.values) > 1)
    keyed = replace(field, values=(replace(field.values[0], hotkey="1"), *field.values[1:]))
    fields = tuple(keyed if f == field else f for f in signal.fields)
    other = with_span_type(diplomatic, signal, replace(signal, fields=fields))
    (problem,) = assign_keys(other).problems
    assert problem.pointer == field.pointer
    assert problem.fact == (
        f"the key '1' of {field.values[0].id} of {field.name} is that of P1 of {sender.name}; "
        "give one of them another x-hotkey"
    )


def test_several_values_with_one_key_are_told_at_once(second_scheme: Scheme) -> None:
    _, second, *_ = second_scheme.span_types
    field = next(field for field in second.fields if len(field.values) > 1)
    values = tuple(replace(value, hotkey="y") for value in field.values)
    fields = tuple(replace(f, values=values) if f == field else f for f in second.fields)
    keys = assign_keys(with_span_type(second_scheme, second, replace(second, fields=fields)))
    assert [problem.pointer for problem in keys.problems] == [field.pointer] * (len(values) - 1)
    assert keys.given[OF_SPAN, field.name, values[0].id] == "y"


def test_a_value_of_two_span_types_has_one_key(second_scheme: Scheme) -> None:
    first, second, *_ = second_scheme.span_types
    field = next(field for field in second.fields if field.values)
    keyed = [
        replace(field, values=(replace(field.values[0], hotkey=key), *field.values[1:]))
        for key in ("w", "y")
    ]
    one = with_span_type(second_scheme, first, replace(first, fields=(keyed[0],)))
    same = with_span_type(one, second, replace(second, fields=(keyed[0],)))
    assert not assign_keys(same).problems
    other = with_span_type(one, second, replace(second, fields=(keyed[1],)))
    (problem,) = assign_keys(other).problems
    name = f"{field.values[0].id} of {field.name}"
    assert problem.fact == f"{name} has the keys 'w' and 'y'; leave one x-hotkey out"
