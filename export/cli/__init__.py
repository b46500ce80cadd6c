"""The commands of validation, agreement, adjudication and release."""
