"""Kustomizations, of kustomize and of Flux: which files they deploy, and what they change in these.

How an object is changed stands in ``readers.kubernetes.changes``; here is which objects these are.
"""
