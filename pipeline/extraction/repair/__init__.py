"""The repair layer over the model's names: a table of rules, each with its reason and examples that a test runs.

Belongs here: bounds and kinds of names, decided from words, reference tables and the rest of the text. Does not:
titles, pronouns and common nouns (`names`), or who a name stands for (`pipeline.resolution`).
"""
