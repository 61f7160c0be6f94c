"""YAML with the place of every key and value. No word of deployments.

Text comes in (``reader``), node tables go out (``nodes``), or a Problem with its place. ``scalars``
reads words as Helm and kubectl do, ``merge`` lays several files over each other, ``edit`` adds to a
file. What is refused, by libyaml or by Helm, is worded in ``errors``.
"""
