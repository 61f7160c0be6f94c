"""The nouns: Service, Component, Value, Rule, Difference, Finding, Allowance, Location.

Nothing here reads files, decides or prints. A field of a deployment is one row in ``fields``, a
type of field one function and one entry in ``types``.
"""
