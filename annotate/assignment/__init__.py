"""Who labels which article, where every annotator has a project of their own."""

from .blind import BlindPlan, assignment_record, blind_plan
from .planner import Assignment, plan
from .record import AssignmentRecord
from .shares import Share, project_shares

__all__ = [
    "Assignment",
    "AssignmentRecord",
    "BlindPlan",
    "Share",
    "assignment_record",
    "blind_plan",
    "plan",
    "project_shares",
]
