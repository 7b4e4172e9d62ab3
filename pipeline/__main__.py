"""`python -m pipeline` is `onrecord`."""

from pipeline.cli import main

main(prog_name="onrecord")
