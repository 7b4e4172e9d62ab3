"""Resolution: mentions become actors, in one document and then across documents, and claims become groups.

Belongs here: who a name stands for, links to Wikidata, which claims make the same statement. Does not: finding names or
claims (`pipeline.extraction`).
"""
