"""Profiles of annotators, and models of how competent each is; begin with `profiles`, `models`."""
