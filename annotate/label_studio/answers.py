"""Check every answer of the server at one place, before the SDK or anybody else believes it."""

import json
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from .payloads import AccessRecord
from .refusals import unlike

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
#: Where a personal token is exchanged; the SDK does so by itself, before the request at hand.
_TOKEN_EXCHANGE = "/api/token/refresh/"
_ACCESS = TypeAdapter(AccessRecord)


class Answer(Generic[T]):
    """What is to come back for one request."""

    def __init__(self, place: str, shape: TypeAdapter[T]) -> None:
        self._place, self._shape = place, shape
        self._values: list[T] = []

    @property
    def value(self) -> T:
        """What came back, as it stands there.

        Raises:
            ServerError: Nothing did.
        """
        if not self._values:
            raise unlike(self._place, "there is none")
        return self._values[-1]

    def read(self, response: "httpx.Response") -> None:
        """Take an answer in; one that refuses the request is left to whoever explains refusals.

        Raises:
            ServerError: It is of another shape.
        """
        if not response.is_success:
            return
        content = response.read()
        if response.request.url.path.endswith(_TOKEN_EXCHANGE):
            checked(self._place, content, _ACCESS)
        else:
            self._values.append(checked(self._place, content, self._shape))


def checked(place: str, content: bytes, shape: TypeAdapter[T]) -> T:
    """What this JSON says, every key and value of it, if it has the shape.

    Raises:
        ServerError: It has another one, or is no JSON.
    """
    try:
        value = from_json(content, allow_inf_nan=False)
        json.dumps(value, allow_nan=False)  # 1e999 is read as infinite
    except ValueError:
        raise unlike(place, "not JSON") from None
    try:
        shape.validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise unlike(place, f"{where}: {first['msg'].lower()}") from None
    return cast(T, value)  # not what pydantic makes of it, which lacks what no shape names
