"""The commands of a terminal, a file each; `flows/cli.py` lists them."""
