"""What the repository needs and the package does not: generated documents, guards, measurements."""

TODAY = "2026-11-25"
"""The day on which everything here and every test runs, so that no result hangs on the date."""
