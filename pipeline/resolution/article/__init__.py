"""One article: every mention gets the actor that it stands for there, every claim its speaker.

Belongs here: names, pronouns, offices and their comparison within one article; what `extract` keeps depends on it.
Does not: anything that needs a second article (`pipeline.resolution.corpus`).
"""
