"""Tools of the repository: generated documents, campaigns, measurements."""

TODAY = "2026-11-25"
"""The day on which all tools and tests run, so that no result depends on the date."""
