"""Who labels which article, where every annotator has a project of their own."""

from .planner import Assignment, plan

__all__ = ["Assignment", "plan"]
