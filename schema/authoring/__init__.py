"""The first draft of a scheme, from a few facts or from what another tool is configured with."""
