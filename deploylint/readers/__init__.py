"""Files to services: one reader for each kind of file.

Documents come in, Services go out (``service`` for values, ``kubernetes`` for manifests); a
Dockerfile and source code add elements to a Service. ``detect`` finds the kind of a file. A reader
only fills field paths; the keys that it reads are data if possible.
"""
