"""Who labels which article, where every annotator has a project of their own."""

from .blind import BlindPlan, assignment_record, blind_plan
from .planner import Assignment, plan
from .record import AssignmentRecord

__all__ = [
    "Assignment",
    "AssignmentRecord",
    "BlindPlan",
    "assignment_record",
    "blind_plan",
    "plan",
]
