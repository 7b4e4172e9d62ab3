"""What must hold before anything is published: rules from the schema, and those that a schema cannot say.

Belongs here: rules, and holding them against the warehouse with Great Expectations. Does not: computing any
value (`pipeline`), or what happens when a rule fails (`pipeline.release`, `assets`).
"""
