"""The release: what leaves the project, so that anybody can trust it without asking.

Belongs here: writing, describing, proving and showing a release. Does not: computing any row of it.
"""
