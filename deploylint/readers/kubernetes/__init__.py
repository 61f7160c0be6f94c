"""Kubernetes manifests to services: one workload is one service, with what belongs to it.

Documents come in, Services go out (``read``). ``objects`` says which objects files hold,
``selectors`` which of them belong to which workload, ``view`` what a component is read from,
``roles`` what it is for, ``api_defaults`` what the API fills in. A kind of object is a row of
``profiles/objects.yaml``, where a field is written a row of ``profiles/kubernetes.yaml``.
``api_check`` says what the API server drops or refuses, by the table ``api.yaml``.
"""
