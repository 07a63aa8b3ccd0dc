"""The jobs that flows hand out: one step's work on one shard or one fit, found by its key."""
