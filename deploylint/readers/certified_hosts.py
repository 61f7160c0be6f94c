"""Hosts of an Ingress with a certificate and no rule, or the other way, in manifests and in values.

https://kubernetes.io/docs/concepts/services-networking/ingress/#tls: the hosts of a certificate
need to match those of the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from deploylint.documents.nodes import Node, child, entries_of, leaves, text_of
from deploylint.documents.suggest import (
    SHORTEST,
    NearWords,
    hint,
    is_slip,
    misspelt_word,
    words_in,
)
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.wrapped.values import nodes_at


def host_faults(
    certified: Iterable[Node],
    rules: Sequence[Node],
    often: Mapping[str, int] | None = None,
    whole: Node | None = None,
) -> Iterator[Fault]:
    """Hosts of rules that are slips of hosts with a certificate, then such hosts without a rule.

    The latter are wrong where a rule has a host without a certificate. A controller that leads
    ``www.`` to a host of a rule needs a certificate for both. ``often`` is how often each word is
    written in the hosts and names of a group: of two that are slips of each other the rarer is one.
    ``whole`` is what they are in: if one rule and one certificate are without the other, and differ
    in a name, that one is right which is written beside them more often.
    """
    nodes = [node for node in certified if text_of(node)]
    hosts = {text_of(node) for node in nodes}
    ruled = {text_of(node) for node in rules}
    texts = (*hosts, *ruled)
    if "" in ruled or any(map(is_variable, texts)):
        return
    left = sorted(host for host in ruled if not _covers(hosts, host))
    slips = dict(_slips(left, hosts, ruled, words_of(texts) if often is None else often))
    unruled = [host for host in hosts if not (_covers(ruled, host) or host.startswith("*."))]
    if len(left) == len(unruled) == 1 and _is_of_another(left[0], unruled[0], whole):
        slips[left[0]] = unruled[0]
    for node in rules if slips else ():
        if meant := slips.get(text_of(node)):
            message = f"no certificate is for the host {text_of(node)!r}; did you mean {meant!r}?"
            yield Fault("misspelt-reference", node, message)
    above, words = {domain for host in left for domain in _domains_above(host)}, NearWords(left)
    above.update(slips.values())
    for node in nodes if left else ():
        host = text_of(node)
        if host in above:
            continue  # some controllers look for the names in the certificate itself
        if not _covers(ruled, host) and not host.startswith("*."):
            near = words.near(host) or (left if len(left) <= MOST_LOOKED_AT else ())
            advice = hint(host, near) if near else "give it one, or take it out"
            yield Fault("misspelt-reference", node, f"no rule has the host {host!r}; {advice}")


def _is_of_another(host: str, other: str, whole: Node | None) -> bool:
    """Whether hosts differ in one name, and what they are in is called as the other one."""
    names, others = host.split("."), other.split(".")
    pairs = [(a, b) for a, b in zip(names, others, strict=False) if a != b]
    if whole is None or len(names) != len(others) or len(pairs) != 1:
        return False
    words = Counter(word for leaf in leaves(whole) for word in words_in(text_of(leaf)))
    own, meant = (sum(words[word] for word in words_in(name)) for name in pairs[0])
    return meant > own + 1


def words_of(texts: Iterable[str]) -> Mapping[str, int]:
    """How often each word is written in hosts and names."""
    return Counter(word for text in texts for word in words_in(text))


def _slips(
    left: Iterable[str], hosts: Set[str], ruled: Set[str], often: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Hosts of rules without a certificate that are slips of one with it, with the host meant."""
    known = NearWords(hosts)
    for host in left:
        first, _, domain = host.partition(".")
        for other in known.near(host):
            if _is_slip(host, other, often, is_sure=other not in ruled):
                yield host, other
        for other in known.near(f"*.{domain}"):
            if _is_slip(f"*.{domain}", other, often):
                yield host, other.replace("*", first, 1)


def _is_slip(host: str, other: str, often: Mapping[str, int], *, is_sure: bool = False) -> bool:
    """Whether hosts differ by a slip in a word of the first; surely where both lack the other."""
    word, meant = misspelt_word(host, other, SWAPPED), misspelt_word(other, host, SWAPPED)
    is_short = min(len(word), len(meant)) < SHORTEST
    if not word or often.get(word, 0) > often.get(meant, 0):
        return False
    return sorted(word) == sorted(meant) if is_short else is_sure or is_slip(word, meant)


SWAPPED = 4
"""How long a word is at least that has two of its letters the other way around."""

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
            yield from host_faults(certified, rules, whole=root)
