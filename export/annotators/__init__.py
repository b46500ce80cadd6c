"""Profiles of annotators, and models of how well each knows the values."""
