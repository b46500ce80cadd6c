"""The whole path, run once with simulated annotators."""

from .demo import DemoResult, run_demo

__all__ = ["DemoResult", "run_demo"]
