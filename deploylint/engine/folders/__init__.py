"""The search of folders: which files below them are groups of services, in which environments.

``search`` is the whole of it. A way to tell the files of a service, or the environment of a file,
is a module here; why a folder is not searched stands in ``reasons``.
"""
