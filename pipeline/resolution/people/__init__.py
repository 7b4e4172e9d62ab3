"""What people decided about the dataset, as they wrote it down.

Belongs here: the files of decisions, and what they ask for. Does not: putting that into effect
(`pipeline.resolution.corpus.amend`).
"""
