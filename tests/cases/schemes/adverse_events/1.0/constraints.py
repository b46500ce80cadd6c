"""Rules of the adverse-event scheme that its JSON does not state."""
