"""What is wrong in annotation documents: misfits with the schema, broken rules."""
