"""Gamma, which aligns spans and judges their categories at once."""
