"""Cleaning: a snapshot becomes a document and its removals, or an exclusion with a reason.

Every character of the source text ends up in exactly one span, kept or removed, with the rule that decided.
Belongs here: what is article and what is page. Does not: what the article says (`pipeline.extraction`).
"""
