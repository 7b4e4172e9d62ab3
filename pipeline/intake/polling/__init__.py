"""Polling: feeds and sitemaps are asked for new articles, which are kept as WARC archives in the folder of articles.

Belongs here: which addresses are asked, how politely, and what of the answers is kept. Does not: what stands in an
archive (`pipeline.intake.warc` reads it like any other), and no other part of the project asks the network anything.
"""
