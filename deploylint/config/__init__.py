"""The formats of our own files: configuration, rule files, allowances, directives in comments.

YAML files of ours come in; a Config with rules and allowances goes out, or a mistake with its
place. A new key is one field in ``schema`` and one line in ``load``.
"""
