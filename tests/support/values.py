"""Values files for the tests of shapes, written as text and read as any file is."""

from __future__ import annotations

from textwrap import dedent

from deploylint.documents.nodes import Problem
from deploylint.documents.reader import Document, read_text
from deploylint.model.service import Component, Service, Value
from deploylint.model.types import Plain
from deploylint.readers.helm import profile as profiles
from deploylint.readers.service import read_service


def document(text: str, file: str = "deploy-go.yaml") -> Document:
    found = read_text(dedent(text), file)
    assert not isinstance(found, Problem), found
    return found


def service(text: str, profile: str = "helm-create", file: str = "deploy-go.yaml") -> Service:
    found = read_service(document(text, file), profiles.load(profile))
    assert found is not None
    return found


def component(text: str, key: str = "server", profile: str = "helm-create") -> Component:
    return next(one for one in service(text, profile).components if one.key == key)


def value(text: str, address: str, key: str = "server", profile: str = "helm-create") -> Value:
    return component(text, key, profile).value(address)


def read(text: str, address: str, key: str = "server", profile: str = "helm-create") -> Plain:
    """A known value's data; of any other its state in angle brackets."""
    found = value(text, address, key, profile)
    return found.data if found.state == "known" else f"<{found.state}>"
