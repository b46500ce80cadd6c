"""Rules of the diplomatic-signal scheme that its JSON does not state."""
