"""Read the annotation beside a scheme, and try the scheme's own rules on it."""

import hashlib
from collections.abc import Iterator
from typing import Final

from pydantic import ValidationError

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.constraints_file import import_constraints
from signalbook.schema.scheme.json_schema import SchemaValidator
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.nodes import Object, as_object

from .annotation import Annotation, Lookup
from .derived import completed
from .records import AnnotationDocument
from .rule_functions import functions

_TEXT = "A text in which nothing is marked."
#: Of an article about which nothing is known.
_METADATA: Final[Object] = {"title": "", "language": "und", "licence": "", "redistributable": False}


def read_example(scheme: Scheme) -> AnnotationDocument | None:
    """The annotation beside the scheme, if there is one.

    Raises:
        SchemeError: The file is no annotation document.
    """
    path = scheme.example_file
    if not path.is_file():
        return None
    try:
        return AnnotationDocument.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its beginning"
        fact = f"is no annotation document: {place}: {first['msg']}; correct it, or delete the file"
        raise SchemeError(f"{path}: {fact}") from error


def rule_failures(scheme: Scheme) -> Iterator[str]:
    """What goes wrong when the rules of a scheme are loaded, and run on the annotation beside it."""
    try:
        if scheme.rules_file.is_file():
            import_constraints(scheme.rules_file)
        rules = functions(scheme)
        example = read_example(scheme)
    except SchemeError as error:
        yield str(error)
        return
    document = completed(example or _unmarked(scheme), scheme)
    if not SchemaValidator(scheme.json_schema).accepts(document.to_dict()):
        if example is not None:
            way_out = f"signalbook validate {scheme.example_file} --scheme {scheme.path}"
            yield f"{scheme.example_file}: does not fit the scheme; see why: {way_out}"
        return
    annotation = Annotation(document, Lookup(scheme))
    for rule in rules.values():
        try:
            for _ in rule(annotation):
                pass
        except SchemeError as error:
            yield str(error)


def _unmarked(scheme: Scheme) -> AnnotationDocument:
    """A document that says no more than each must say."""
    properties = as_object(scheme.json_schema["properties"])
    known = {name: value for name, value in _METADATA.items() if name in scheme.article_fields}
    lists: Object = {
        name: [] for name in ("spans", "parties", "relations", "dyads") if name in properties
    }
    sha256 = hashlib.sha256(_TEXT.encode()).hexdigest()
    text: Object = {
        "id": "example",
        "text": _TEXT,
        "text_sha256": sha256,
        "text_length": len(_TEXT),
    }
    return AnnotationDocument.model_validate(
        {
            "scheme": scheme.name,
            "schema_version": scheme.version,
            "article": {**known, **text},
            "annotator": {"id": "example"},
            **lists,
            "article_labels": {},
        }
    )
