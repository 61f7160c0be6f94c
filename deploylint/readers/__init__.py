"""Files to services: what each kind of file means.

Documents come in, Services go out (``service`` for values, ``kubernetes`` for manifests); a
Dockerfile and source code add elements to a Service that is there. ``detect`` says what a file
holds. A reader only fills field paths; which keys it looks for is data wherever it can be.
"""
