"""Kubernetes manifests to services: one workload is one service, with its attached objects.

Documents come in, Services go out (``read``). ``objects`` finds the objects of a file,
``selectors`` attaches them to workloads, ``view`` makes the mapping that a component is read from,
``roles`` finds its role, ``api_defaults`` adds the defaults of the API. A kind of object is a row
of ``profiles/objects.yaml``, the path of a field a row of ``profiles/kubernetes.yaml``.
``faults`` is what is wrong in manifests alone, ``changes`` what a kustomization changes in them.
"""
