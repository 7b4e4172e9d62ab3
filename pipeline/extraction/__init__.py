"""Extraction: the text of one document becomes claims, mentions and quantities, each with its span.

Belongs here: grammar, cues, quotation marks, names, amounts. Does not: who a name stands for (`pipeline.resolution`).
"""
