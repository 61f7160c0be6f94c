"""Helm values files to components, by profiles: data that maps the values of one chart to fields.

A document and a profile come in, components go out. A spelling is a row of a profile; a form of
several fields under one key is a function in ``forms``.
"""
