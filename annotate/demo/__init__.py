"""The whole path, run once with simulated annotators."""
