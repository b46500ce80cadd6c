"""Where and why annotators differ."""
