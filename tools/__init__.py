"""What the repository needs and the package does not: generated documents, guards, measurements."""
