"""A scheme becomes documents that hypothesis makes up: anything that the scheme has a field for."""

from hypothesis import strategies as st

from signalbook.annotate.articles.reader import normalise_text, text_hash
from signalbook.annotate.conversion.code_chips import coded_fields
from signalbook.annotate.conversion.field_values import code_field
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Field, Scheme, SpanType

NASTY = (
    "👩‍👩‍👧‍👦", "🇦🇽", "é", "e\u0301\u0323", "\u05e9\u05dc\u05d5\u05dd", "\u202eabc\u202c", "\u2028",
    "\u2029", "\u00a0", "\u200b", "\n\n", "\t", "<b>&amp;", "Arvenia", "France", "USA", "__empty__",
)  # fmt: skip
_REAL_CODES = ("FRA", "USA", "DEU", "CHN", "EUR", "eng")
_MOST_PARTIES, _MOST_SPANS = 5, 7


def texts(min_size: int = 0, max_size: int = 60) -> st.SearchStrategy[str]:
    """All of Unicode, in normal form."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    chunks = st.one_of(st.text(letters, max_size=12), st.sampled_from(NASTY))
    joined = st.lists(chunks, min_size=min_size, max_size=max_size // 6).map("".join)
    return joined.map(normalise_text).filter(lambda text: len(text) >= min_size)


@st.composite
def documents(draw: st.DrawFn, scheme: Scheme) -> AnnotationDocument:
    """A document of this scheme; it need not be valid, only sayable."""
    text = draw(texts(1, 90))
    parties = _party_ids(draw, scheme)
    spans = _spans(draw, scheme, text, parties)
    sections: dict[str, object] = {"spans": spans, "article_labels": _article(draw, scheme)}
    if scheme.party is not None:
        sections["parties"] = [_party(draw, scheme, id) for id in parties]
    if scheme.dyad is not None:
        sections["dyads"] = _dyads(draw, scheme, parties)
    if scheme.relation_types and spans:
        sections["relations"] = _relations(draw, scheme, [str(span["id"]) for span in spans])
    article = {
        "id": draw(st.text("abc-1", min_size=1, max_size=8)),
        "title": draw(texts(0, 12)),
        "text": text,
        "text_sha256": text_hash(text),
        "text_length": len(text),
        "language": "en",
        "extra": draw(st.dictionaries(st.text("ab", min_size=1), st.integers(), max_size=2)),
    }
    return AnnotationDocument.model_validate(
        {
            "schema_version": scheme.version,
            "article": article,
            "annotator": {"id": "simulated-1"},
            **sections,
        }
    )


def _party_ids(draw: st.DrawFn, scheme: Scheme) -> list[str]:
    if scheme.party is None:
        return []
    offered = scheme.party.ids
    return draw(st.lists(st.sampled_from(offered), unique=True, max_size=_MOST_PARTIES))


def _value(draw: st.DrawFn, field: Field, scheme: Scheme, parties: list[str]) -> object:
    listed = field.value_ids
    codes = [*_REAL_CODES]
    for known, codelist in coded_fields(scheme).values():
        if known.name == field.name or field.is_side_reference:
            codes += [*codelist.training, *codelist.user_assigned]
    if field.is_boolean:
        return draw(st.booleans())
    if field.type == "integer":
        return draw(st.integers(-(2**53), 2**53))
    if field.type == "number":
        return draw(st.floats(allow_nan=False, allow_infinity=False))
    if field.is_side_reference:
        one = st.sampled_from([*codes, *parties, *listed])
    elif field.is_party_reference:
        one = st.sampled_from([*parties, *listed] or ["P1"])
    elif listed:
        one = st.sampled_from(listed)
    elif field.is_typed:
        one = texts(0, 24)
    else:
        one = st.sampled_from(codes)
    return draw(st.lists(one, max_size=4)) if field.many else draw(one)


def _attributes(
    draw: st.DrawFn, fields: tuple[Field, ...], scheme: Scheme, parties: list[str]
) -> dict[str, object]:
    chosen = [field for field in fields if draw(st.integers(0, 4)) > 0]
    return {field.name: _value(draw, field, scheme, parties) for field in chosen}


def _defaulted(draw: st.DrawFn, fields: tuple[Field, ...]) -> list[str]:
    names = [field.name for field in fields if field.has_default or field.default_from]
    return draw(st.lists(st.sampled_from(names), unique=True)) if names else []


def _party(draw: st.DrawFn, scheme: Scheme, id: str) -> dict[str, object]:
    assert scheme.party is not None
    fields, code = scheme.party.fields, code_field(scheme)
    said = [f for f in fields if not f.has_default and f.values] or [f for f in (code,) if f]
    always = {f.name: _value(draw, f, scheme, []) for f in said[:1]}
    values = {**always, **_attributes(draw, fields, scheme, [])}
    return {"id": id, **values, "defaulted": _defaulted(draw, fields)}


def _spans(
    draw: st.DrawFn, scheme: Scheme, text: str, parties: list[str]
) -> list[dict[str, object]]:
    ids = st.one_of(
        st.from_regex(scheme.span_id_pattern, fullmatch=True).map(str.strip),
        st.text("aR9_-", min_size=1, max_size=10),
    )
    names = draw(st.lists(ids, unique=True, max_size=_MOST_SPANS))
    return [_span(draw, scheme, text, parties, name) for name in names]


def _span(
    draw: st.DrawFn, scheme: Scheme, text: str, parties: list[str], id: str
) -> dict[str, object]:
    kind: SpanType = draw(st.sampled_from(scheme.span_types))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    origin = draw(st.sampled_from(["manual", "prediction", "prediction-changed", None]))
    return {
        "id": id,
        "type": kind.name,
        "start": start,
        "end": end,
        "text": text[start:end],
        "attributes": _attributes(draw, kind.fields, scheme, parties),
        "defaulted": _defaulted(draw, kind.fields),
        **({"origin": origin} if origin else {}),
    }


def _relations(draw: st.DrawFn, scheme: Scheme, spans: list[str]) -> list[dict[str, object]]:
    kinds = [relation.name for relation in scheme.relation_types]
    ends = st.sampled_from(spans)
    links = draw(st.lists(st.tuples(st.sampled_from(kinds), ends, ends), max_size=5))
    return [
        {"id": f"r{number}", "type": kind, "from": start, "to": end}
        for number, (kind, start, end) in enumerate(links, 1)
    ]


def _dyads(draw: st.DrawFn, scheme: Scheme, parties: list[str]) -> list[dict[str, object]]:
    assert scheme.dyad is not None
    number = draw(st.integers(0, 3))
    return [
        {
            **{s.name: _value(draw, s, scheme, parties) for s in scheme.dyad.sides},
            **_attributes(draw, scheme.dyad.fields, scheme, parties),
        }
        for _ in range(number)
    ]


def _article(draw: st.DrawFn, scheme: Scheme) -> dict[str, object]:
    labels = _attributes(draw, scheme.article_labels, scheme, [])
    return {**labels, "defaulted": _defaulted(draw, scheme.article_labels)}
