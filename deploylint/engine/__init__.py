"""One run: find files, form groups, load services, choose the reference, compare, count.

Paths, options and a configuration come in, a Report goes out (``check.check``). A step of a run is
a module here; what a rule means is not. ``folders`` searches folders for groups, ``charts`` finds
the charts of values, ``kustomize`` what is deployed with changes, ``chunks`` checks large groups.
"""
