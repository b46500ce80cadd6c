"""Who labels which article, where every annotator has a project of their own."""

from .blind import BlindPlan, assignment_record, blind_plan
from .members import Members, compare_members
from .planner import Assignment, plan
from .record import AssignmentRecord
from .shares import Share, project_shares

__all__ = [
    "Assignment",
    "AssignmentRecord",
    "BlindPlan",
    "Members",
    "Share",
    "assignment_record",
    "blind_plan",
    "compare_members",
    "plan",
    "project_shares",
]
