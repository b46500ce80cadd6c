"""The labelling page that annotators work on, derived from the scheme."""

from .config import labeling_config

__all__ = ["labeling_config"]
