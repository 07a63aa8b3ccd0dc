"""The store: objects, catalogue, token shards, plans and the loader over them."""

from store.hf import dataset
from store.loader import batches
from store.query import open_catalogue as open

__all__ = ["batches", "dataset", "open"]
