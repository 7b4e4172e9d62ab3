"""All articles together: who is who, and the rows of every table from claims to actors.

Belongs here: actors across articles, ids, decisions of people put into effect, the bound on quoting closed articles.
Does not: reading one article (`pipeline.resolution.article`), or groups of claims (`pipeline.resolution.groups`).
"""
