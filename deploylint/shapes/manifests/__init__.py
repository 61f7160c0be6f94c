"""Kubernetes manifests to services: one workload is one service, with what belongs to it.

``objects`` says which objects files hold, ``attached`` which of them belong to which workload,
``view`` what a component is read from, ``roles`` what it is for, ``defaults`` what the API fills
in, ``reading`` puts the services together. What a kind holds, and where, is data:
``profiles/kubernetes.yaml``.
"""
