"""What a kustomization changes in its objects: patches, labels, images and numbers of pods.

A field of a kustomization is a module here; the order of the changes stands in ``patches``.
"""
