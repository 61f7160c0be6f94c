"""Kubernetes manifests to services: one workload is one service, with what belongs to it.

``objects`` says which objects files hold, ``attached`` which of them belong to which workload,
``view`` what a component is read from, ``roles`` what it is for, ``defaults`` what the API fills
in, ``reading`` puts the services together. Which kinds there are and how
they belong together is data, ``profiles/objects.yaml``; where what they say stands is the profile
``profiles/kubernetes.yaml``.
"""
