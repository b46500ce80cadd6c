"""Measure how well annotators agree: every coefficient of a corpus, with intervals over documents."""
