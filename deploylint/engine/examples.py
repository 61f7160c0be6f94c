"""Runs the examples of rules: two services made of fragments, one rule, and its outcome.

An example is evidence for its rule only if it is checked like any deployment. So the fragments are
written as text, read as files are, and compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise

from deploylint.compare import compare, compare_environments
from deploylint.config.rules import RuleSet
from deploylint.documents.nodes import Problem, Source
from deploylint.documents.reader import Document, read_text
from deploylint.documents.record import Record
from deploylint.engine.profile_choice import choose_profile
from deploylint.model.rule import Example, Gives, Rule
from deploylint.model.service import Service
from deploylint.model.types import Plain
from deploylint.readers.service import read_service


def gives(rule: Rule, example: Example) -> Gives:
    """The outcome of a rule for an example: the worst one, or "nothing" to compare.

    Raises ValueError for a fragment that no values file could hold.
    """
    fragments = {"reference": example.reference, "peer": example.peer}
    if rule.is_about_keys:
        fragments = {name: _with_element(data) for name, data in fragments.items()}
    documents = [_document(name, data) for name, data in fragments.items() if data is not None]
    profile, _ = choose_profile(documents, "")
    services = [read_service(document, profile) for document in documents]
    known = [service for service in services if service is not None]
    if len(known) < len(documents):
        raise ValueError(f"a fragment sets no key of profile {profile.name}")
    if example.dockerfile:
        known[-1] = _with_image(known[-1], example.dockerfile)
    if example.code:
        known[-1] = _with_code(known[-1], example.code)
    return _outcome(rule, known)


def _with_element(fragment: Plain) -> Plain:
    """A fragment with an element, as a service needs one beside the keys that a rule is about."""
    return {"replicaCount": 1, **fragment} if isinstance(fragment, dict) else fragment


def _with_image(service: Service, text: str) -> Service:
    from deploylint.readers.dockerfile.image import read_image
    from deploylint.readers.dockerfile.values import with_image

    image = read_image(Source("Dockerfile", text))
    if isinstance(image, Problem):
        raise ValueError(image.message)
    return with_image(service, image)


def _with_code(service: Service, texts: Mapping[str, str]) -> Service:
    from deploylint.readers import source
    from deploylint.readers.source import files, values

    read = source.read_files(files.example_files(texts))
    if read.problems:
        raise ValueError(read.problems[0].message)
    return values.with_facts(service, read.facts, service.root)


class ExampleResult(Record):
    """The outcome of one example; ``gives`` is the error where it cannot be run."""

    rule: Rule
    number: int
    wanted: Gives
    gives: str

    @property
    def holds(self) -> bool:
        """Whether the outcome is the expected one."""
        return self.gives == self.wanted


def run_examples(rule_set: RuleSet) -> list[ExampleResult]:
    """The outcome of every example of some rules."""
    return [
        ExampleResult(rule, number, example.gives, _given(rule, example))
        for rule in rule_set.rules
        for number, example in enumerate(rule.examples, 1)
    ]


def _given(rule: Rule, example: Example) -> str:
    try:
        return gives(rule, example)
    except ValueError as error:
        return str(error)


def _document(name: str, fragment: Plain) -> Document:
    """A fragment as a values file of a service with this name. JSON is YAML."""
    text = json.dumps(fragment, ensure_ascii=False)
    document = read_text(text, f"deploy-{name}.yaml")
    if isinstance(document, Problem):
        raise ValueError(f"{name}: {document.message}")
    return document


def _outcome(rule: Rule, services: list[Service]) -> Gives:
    reference = services[0] if len(services) > 1 else None
    result = compare(services, reference, [rule])
    compare_environments(pairwise(services), [rule], result)
    outcomes = {difference.outcome for difference in result.differences}
    if "violation" in outcomes:
        return "violation"
    if "unknown" in outcomes:
        return "unknown"
    return "match" if result.matches else "nothing"
