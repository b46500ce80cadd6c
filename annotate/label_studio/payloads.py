"""The records that Label Studio takes and gives, as far as they are read here."""

from typing import NotRequired

from typing_extensions import TypedDict  # pydantic takes the one of `typing` from Python 3.12 on

from signalbook.schema.scheme.model import Json

#: One entry of a `result` list: a region, a value of a region, a value of the text, a relation.
Result = dict[str, Json]


class PredictionInput(TypedDict):
    """A prediction that comes with a new task."""

    result: list[Result]
    model_version: str
    score: NotRequired[float]


class TaskInput(TypedDict):
    """A task to import."""

    data: dict[str, Json]
    meta: NotRequired[dict[str, Json]]
    predictions: NotRequired[list[PredictionInput]]


class UserRecord(TypedDict):
    """Somebody on the server."""

    id: int
    email: str


class PersonRecord(UserRecord):
    """Somebody on the server, by all names."""

    first_name: str
    last_name: str


class ProjectRecord(TypedDict):
    """What a project is set to, and how far it is."""

    id: int
    title: str
    label_config: str
    expert_instruction: str
    show_instruction: bool
    maximum_annotations: int
    task_number: int
    finished_task_number: int


class ProjectChange(TypedDict, total=False):
    """Settings of a project to change."""

    label_config: str
    expert_instruction: str
    show_instruction: bool
    maximum_annotations: int


class DraftRecord(TypedDict):
    """Work that somebody has begun and not submitted."""

    id: int
    user: str
    created_at: str
    updated_at: str
    result: list[Result]


class DraftRow(TypedDict):
    """What is checked of a draft before it is stored as it came."""

    id: int
    user: str
    updated_at: str


class ViewRow(TypedDict):
    """One row of a listing of views, the saved filters."""

    id: int
    data: dict[str, object]


class ExportRow(TypedDict):
    """One row of a listing of exports."""

    id: int
    title: str
    md5: str


class TaskRow(TypedDict):
    """One row of a task listing; of these keys it has those that were asked for."""

    id: int
    data: dict[str, Json]
    meta: dict[str, Json] | None
    updated_at: str
    total_annotations: int
    cancelled_annotations: int
    #: With commas between; only in a listing that filters by them.
    annotations_ids: str


class AnnotationRecord(TypedDict):
    """One annotation in an export; `unique_id` is its identity, `id` may be used again."""

    id: int
    unique_id: str
    #: None once the account is deleted.
    completed_by: int | None
    updated_by: int | None
    result: list[Result]
    was_cancelled: bool
    ground_truth: bool
    created_at: str
    updated_at: str
    draft_created_at: str | None
    lead_time: float | None
    parent_prediction: int | None
    parent_annotation: int | None


class PredictionRecord(TypedDict):
    """One prediction in an export."""

    id: int
    model_version: str | None
    score: float | None
    result: list[Result]
    created_at: str
    updated_at: str


class ExportedTask(TypedDict):
    """One task in an export, with everything that hangs on it."""

    id: int
    data: dict[str, Json]
    meta: dict[str, Json] | None
    annotations: list[AnnotationRecord]
    predictions: list[PredictionRecord]
    created_at: str
    updated_at: str


class BegunTask(TypedDict):
    """One task with what was begun on it and not submitted."""

    id: int
    data: dict[str, Json]
    meta: dict[str, Json] | None
    drafts: list[DraftRecord]
