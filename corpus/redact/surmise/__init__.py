"""Names that the model missed or mislabelled, surmised from the words around them."""
