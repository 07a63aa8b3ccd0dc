"""Trains small language models on the token shards, measures them, and writes with them.

Nothing here goes to the network: what is read is on this machine or not at all.
"""

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # read when huggingface_hub is imported, so before that
