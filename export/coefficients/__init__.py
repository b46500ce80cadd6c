"""Agreement coefficients: pure functions on arrays."""
