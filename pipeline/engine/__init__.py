"""Engines: they run a batch function over the rows of a table, here or elsewhere, with the same result.

Belongs here: batches, workers, results kept from earlier runs. Does not: what a batch function does.
"""
