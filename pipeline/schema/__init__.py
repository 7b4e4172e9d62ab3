"""The one door: every table, column and vocabulary that OnRecord knows, and its renderings.

Belongs here: what a column means. Does not: how a value is computed, or where a table is stored.
"""
