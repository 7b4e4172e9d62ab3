"""The domain of OnRecord in pure Python, from raw articles to a release.

Nothing here knows of Dagster or Great Expectations. Imports point downwards only:
schema <- ids <- intake <- cleaning <- extraction <- resolution <- release; `stages` joins them and `cli` is on top.
"""
