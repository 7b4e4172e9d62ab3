"""The domain of OnRecord in pure Python, from raw articles to a release.

Nothing here knows of Dagster or Great Expectations. Imports point downwards only:
schema <- ids <- intake <- cleaning <- extraction <- resolution <- release; `stages` joins them and `cli` is on top.
"""

import os

# NumPy reads this when it is loaded. Its matrix products are small here, and there is a process for each core: more
# threads would only wait for each other, which costs as much processor time as the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
