"""Readers: a folder of raw articles and its manifest become snapshots.

Belongs here: formats and encodings of containers (text, HTML, JSON Lines, Parquet, WARC), the manifest, limits on size.
Does not: what the text of an article is (`pipeline.cleaning`).
"""
