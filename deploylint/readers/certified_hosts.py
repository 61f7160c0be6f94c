"""Hosts of an Ingress that have a certificate and no rule, of a manifest or of values for a chart.

https://kubernetes.io/docs/concepts/services-networking/ingress/#tls: the hosts of a certificate
need to match those of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from deploylint.documents.nodes import Node, child, entries_of, text_of
from deploylint.documents.suggest import NearWords, hint
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.wrapped.values import nodes_at


def host_faults(certified: Iterable[Node], rules: Sequence[Node]) -> Iterator[Fault]:
    """The hosts with a certificate that no rule has, where a rule has one without a certificate.

    A controller that leads ``www.`` to a host of a rule needs a certificate for both.
    """
    nodes = [node for node in certified if text_of(node)]
    hosts = {text_of(node) for node in nodes}
    ruled = {text_of(node) for node in rules}
    texts = (*hosts, *ruled)
    if "" in ruled or any(map(is_variable, texts)):
        return
    left = sorted(host for host in ruled if not _covers(hosts, host))
    above, words = {domain for host in left for domain in _domains_above(host)}, NearWords(left)
    for node in nodes if left else ():
        host = text_of(node)
        if host in above:
            continue  # some controllers look for the names in the certificate itself
        if not _covers(ruled, host) and not host.startswith("*."):
            near = words.near(host) or (left if len(left) <= MOST_LOOKED_AT else ())
            advice = hint(host, near) if near else "give it one, or take it out"
            yield Fault("misspelt-reference", node, f"no rule has the host {host!r}; {advice}")


MOST_LOOKED_AT = 20
"""Among so many hosts one is looked for that is meant, and not only a letter off."""


def _domains_above(host: str) -> Iterator[str]:
    """The domains that a host is in; a longer text is the name of none."""
    _, _, domain = host[: NearWords.LONGEST].partition(".")
    while domain:
        yield domain
        _, _, domain = domain.partition(".")


def _covers(hosts: Set[str], host: str) -> bool:
    """Whether a host is one of some, or one of them stands for all beside it."""
    return not {host, f"*.{host.partition('.')[2]}"}.isdisjoint(hosts)


def values_host_faults(root: Node) -> Iterator[Fault]:
    """The same in the values of an Ingress, or of several by name."""
    ingress = child(root, "ingress")
    if ingress is None:
        return
    entries = entries_of(ingress).values()
    for holder in (ingress, *(entry.value for entry in entries if entry.value.is_mapping)):
        if child(holder, "tls") is not None:
            certified = nodes_at(holder, "tls[].hosts[]")
            rules = [*nodes_at(holder, "hosts[].host"), *nodes_at(holder, "rules[].host")]
            yield from host_faults(certified, rules)
