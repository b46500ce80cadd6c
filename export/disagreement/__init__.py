"""Every disagreement by name, and the units most disputed; begin with `differences`."""
