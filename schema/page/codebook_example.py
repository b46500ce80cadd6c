"""The example annotation beside a scheme becomes the codebook's worked example."""

from signalbook.schema.documents.records import AnnotationDocument, Span
from signalbook.schema.scheme.model import Scheme


def example_section(scheme: Scheme) -> str:
    """The worked example as Markdown, or nothing where a scheme has none."""
    path = scheme.folder / "example.annotation.json"
    if not path.is_file():
        return ""
    document = AnnotationDocument.model_validate_json(path.read_text(encoding="utf-8"))
    quoted = "\n>\n".join(f"> {line}" for line in (document.article.text or "").splitlines())
    parts = ["## Worked example (invented)\n", quoted + "\n"]
    if document.parties:
        parts += [
            f"- **{party.id}**: {_attributes(party.attributes)}" for party in document.parties
        ] + [""]
    words = {span.id: _words(span, document) for span in document.spans}
    for span in document.spans:
        parts.append(f"- {span.type} “{words[span.id]}”: {_attributes(span.attributes)}")
    if document.relations:
        parts += [
            "",
            *(f"- “{words[r.from_]}” {r.type} “{words[r.to]}”" for r in document.relations),
        ]
    if document.dyads:
        parts += ["", *(f"- {_attributes(dyad.attributes)}" for dyad in document.dyads)]
    parts += ["", f"Article: {_attributes(document.article_labels)}\n"]
    return "\n".join(parts)


def _words(span: Span, document: AnnotationDocument) -> str:
    return span.text or (document.article.text or "")[span.start : span.end]


def _attributes(attributes: dict[str, str | bool | int | float | tuple[str, ...]]) -> str:
    return "; ".join(f"{name} {_plain(value)}" for name, value in attributes.items())


def _plain(value: str | bool | float | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
