"""Reads YAML files, with the place of every key and value. The only user of PyYAML (``libyaml``).

``scalars`` reads words as Helm and kubectl do, ``parser`` turns text into ``nodes``, ``go_yaml``
refuses what Helm would, ``errors`` says why, ``reader`` turns files into documents, ``layers``
lays several files over each other.
"""
