"""Renderings of the schema for each consumer: DuckDB, Arrow, Frictionless, Croissant, and people."""
