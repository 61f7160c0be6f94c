"""One run: find files, form groups, load services, choose the reference, compare, count.

Paths, options and a configuration come in, a Report goes out (``check.check``). A step of a run is
a module here; what a rule means is not.
"""
