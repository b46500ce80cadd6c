"""Measure how well annotators agree, with intervals over documents; begin with `all_measures`."""
