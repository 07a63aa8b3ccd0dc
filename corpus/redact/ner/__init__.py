"""Names and places by a language model."""
