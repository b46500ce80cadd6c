"""Every key of the labelling page has one meaning, and what the scheme asks for besides is refused."""

from dataclasses import replace

from signalbook.schema.scheme.keys import OF_LABEL, OF_SPAN, assign_keys
from signalbook.schema.scheme.model import Scheme, SpanType


def with_span_type(scheme: Scheme, old: SpanType, new: SpanType) -> Scheme:
    types = tuple(new if span_type == old else span_type for span_type in scheme.span_types)
    return replace(scheme, span_types=types)


def test_a_loaded_scheme_has_keys_of_one_meaning(scheme: Scheme) -> None:
    keys = assign_keys(scheme)
    assert not keys.problems
    assert len({*keys.given.values()}) == len(keys.given)
    assert not {*keys.spare} & {*keys.given.values()}


def test_a_key_that_the_page_gives_to_a_party_is_no_key_of_a_label(diplomatic: Scheme) -> None:
    other = next(t for t in diplomatic.span_types if t.party_field is None)
    mention = next(t for t in diplomatic.span_types if t.party_field is not None)
    (problem,) = assign_keys(with_span_type(diplomatic, other, replace(other, hotkey="1"))).problems
    assert problem.pointer == other.pointer
    assert problem.fact == (
        f"the key '1' of span type {other.name} is that of P1 of {mention.name}; "
        "give one of them another x-hotkey"
    )


def test_two_span_types_and_two_values_with_one_key_are_told_at_once(
    second_scheme: Scheme,
) -> None:
    first, second, *_ = second_scheme.span_types
    field = next(field for field in second.fields if len(field.values) > 1)
    values = tuple(replace(value, hotkey="y") for value in field.values)
    fields = tuple(replace(f, values=values) if f == field else f for f in second.fields)
    alike = replace(second, hotkey=first.hotkey, fields=fields)
    keys = assign_keys(with_span_type(second_scheme, second, alike))
    assert [problem.pointer for problem in keys.problems] == [
        second.pointer,
        *[field.pointer] * (len(values) - 1),
    ]
    assert keys.given[OF_LABEL, first.name] == first.hotkey
    assert keys.given[OF_SPAN, field.name, values[0].id] == "y"
    assert (OF_LABEL, second.name) not in keys.given


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


def test_a_key_of_mentions_which_have_those_of_the_parties_is_refused(diplomatic: Scheme) -> None:
    mention = next(t for t in diplomatic.span_types if t.party_field is not None)
    keyed = with_span_type(diplomatic, mention, replace(mention, hotkey="m"))
    (problem,) = assign_keys(keyed).problems
    assert problem.pointer == mention.pointer
    assert "'m' has no effect, as each party has a digit" in problem.fact
