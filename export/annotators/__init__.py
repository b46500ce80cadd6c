"""Profiles of annotators, and models of how competent each is and which values are probable."""
