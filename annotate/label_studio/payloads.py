"""The records that Label Studio takes and gives, as far as they are read here.

Those that it gives are also the shapes that `answers` checks: a key that stands here is there, and
of its kind.
"""

from datetime import datetime
from typing import Annotated, NotRequired, TypeAlias

from pydantic import AfterValidator, Field, GetPydanticSchema
from pydantic_core.core_schema import dict_schema, str_schema
from typing_extensions import TypedDict  # pydantic takes the one of `typing` from Python 3.12 on

from signalbook.schema.scheme.model import Json

#: An object of any keys; what has been read from JSON is not looked at again.
Object: TypeAlias = Annotated[
    dict[str, Json], GetPydanticSchema(lambda _source, _handler: dict_schema(str_schema()))
]
#: Date and time, as they stand there.
Moment: TypeAlias = Annotated[str, AfterValidator(datetime.fromisoformat)]
#: Numbers with commas between.
Numbers: TypeAlias = Annotated[str, Field(pattern=r"^(\d+(,\d+)*)?$")]
#: One entry of a `result` list: a region, a value of a region, a value of the text, a relation.
Result: TypeAlias = Object


class PredictionInput(TypedDict):
    """A prediction that comes with a new task."""

    result: list[Result]
    model_version: str
    score: NotRequired[float]


class TaskInput(TypedDict):
    """A task to import."""

    data: Object
    meta: NotRequired[Object]
    predictions: NotRequired[list[PredictionInput]]


class Identified(TypedDict):
    """What was created, by the number that the server gave it."""

    id: int


class VersionRecord(TypedDict):
    """What the server is."""

    release: str


class AccessRecord(TypedDict):
    """What a personal token is exchanged for."""

    access: str


class UserRecord(TypedDict):
    """Somebody on the server."""

    id: int
    email: str


class PersonRecord(UserRecord):
    """Somebody on the server, by all names."""

    first_name: str
    last_name: str


class InviteRecord(TypedDict):
    """The invitation that holds now."""

    invite_url: str


class ProjectRecord(TypedDict):
    """What a project is set to, and how far it is."""

    id: int
    title: str
    label_config: str
    expert_instruction: str | None
    show_instruction: bool
    maximum_annotations: int
    #: Name of the predictions that annotators are shown; the server takes the first that comes.
    model_version: str | None
    show_collab_predictions: bool
    #: Without the skipped ones.
    total_annotations_number: int
    skipped_annotations_number: int
    task_number: int
    finished_task_number: int


class ProjectRow(TypedDict):
    """One row of a listing of projects."""

    id: int
    title: str


class ProjectPage(TypedDict):
    """A part of a listing of projects, and how long the whole is."""

    count: int
    results: list[ProjectRow]


class ProjectChange(TypedDict, total=False):
    """Settings of a project to change."""

    title: str
    label_config: str
    expert_instruction: str
    show_instruction: bool
    maximum_annotations: int
    #: Whose predictions annotators start from; the server knows only names that predictions have.
    model_version: str
    show_collab_predictions: bool


class DraftRecord(TypedDict):
    """Work that somebody has begun and not submitted."""

    id: int
    user: str
    created_at: Moment
    updated_at: Moment
    result: list[Result]


class AnnotationRow(TypedDict):
    """An annotation as a listing of tasks has it."""

    id: int
    updated_at: Moment


class TaskRow(TypedDict):
    """One row of a task listing; of these keys it has those that were asked for."""

    id: int
    data: Object
    meta: Object | None
    updated_at: Moment
    total_annotations: int
    cancelled_annotations: int
    #: Only in a listing that filters by them.
    annotations_ids: Numbers
    annotations: list[AnnotationRow]


class TaskPage(TypedDict):
    """A part of a listing of tasks, and how many tasks there are from its first on."""

    total: int
    tasks: list[TaskRow]


class TaskContent(TypedDict):
    """What a task holds."""

    id: int
    data: Object
    meta: Object | None


class ActionReceipt(TypedDict):
    """What the server says of something done to many tasks."""

    processed_items: int


class ImportReceipt(TypedDict):
    """What the server says of an import."""

    task_ids: list[int]


class ExportCounters(TypedDict):
    """How much is in an export."""

    task_number: int


class ExportRow(TypedDict):
    """One row of a listing of exports."""

    id: int
    title: str
    #: Of the file to download.
    md5: str | None


class ExportReceipt(ExportRow):
    """An export that the server made, or could not make."""

    status: str
    counters: ExportCounters | None


class ViewRow(TypedDict):
    """A saved filter, one row of a listing of them."""

    id: int
    data: Object | None


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
    created_at: Moment
    updated_at: Moment
    draft_created_at: Moment | None
    lead_time: float | None
    parent_prediction: int | None
    parent_annotation: int | None


class PredictionRecord(TypedDict):
    """One prediction in an export."""

    id: int
    model_version: str | None
    score: float | None
    result: list[Result]
    created_at: Moment
    updated_at: Moment


class ExportedTask(TypedDict):
    """One task in an export, with everything that hangs on it."""

    id: int
    data: Object
    meta: Object | None
    annotations: list[AnnotationRecord]
    predictions: list[PredictionRecord]
    created_at: Moment
    updated_at: Moment


class BegunTask(TypedDict):
    """One task with what was begun on it and not submitted."""

    id: int
    data: Object
    meta: Object | None
    drafts: list[DraftRecord]
