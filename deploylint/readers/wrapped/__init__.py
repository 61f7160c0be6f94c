"""Values inside the files of other tools: Argo CD, Flux, helmfile, wrapper charts.

Documents come in, the values in them with their own places go out. A format is one entry of
``wrapped.yaml``.
"""
