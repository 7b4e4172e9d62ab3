"""Claims that make the same statement, in all articles.

Belongs here: which claims are compared, how alike they are, which make a group. Does not: who says them
(`pipeline.resolution.corpus`).
"""
