"""What Dagster sees: the way of a row as a graph of assets, with a check for every rule.

Belongs here: names, order, metadata of assets. Does not: any work on an article; a body calls one stage of `pipeline`.
"""
