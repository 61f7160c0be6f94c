"""Files to deployment sets: what is looked at together, and what is not looked at and why.

A folder is one set; files named are one set; a file named beside its folder is a focus on it. A set
is read in one shape.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deploylint.documents.nodes import Node, Problem, child
from deploylint.documents.reader import Document, read
from deploylint.elements import IMAGE
from deploylint.model import Service
from deploylint.nearest import hint
from deploylint.shapes import profiles
from deploylint.shapes.profiles import Profile
from deploylint.shapes.services import read_service

DEFAULT = Path("deploy")
SUFFIXES = (".yaml", ".yml")
NOT_DEPLOYMENTS = {
    "Chart": "a chart's description",
    "kustomization": "a kustomization",
    "skaffold": "a skaffold configuration",
    "docker-compose": "a compose file",
    "compose": "a compose file",
}


class Skipped(NamedTuple):
    """A file that was looked at and is not compared, and why."""

    file: str
    reason: str


class Wanted(NamedTuple):
    """A set before it is read.

    ``root`` is the folder that links may not leave, ``focus`` the files that were named beside
    their folder, as messages name them; no focus means all.
    """

    name: str
    root: Path
    files: tuple[Path, ...]
    focus: frozenset[str] = frozenset()


class Set(NamedTuple):
    """One deployment set: its services, what was passed over and what could not be read.

    ``focus`` are the files that findings are asked of; none means all of them.
    """

    name: str
    shape: str
    profile: Profile
    profile_because: str
    services: tuple[Service, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]
    focus: frozenset[str]


class Unusable(Exception):
    """What was asked for cannot be: exit 2. Says what, where and what to do."""


class Nothing(Exception):
    """There is nothing to check: exit 3. Says what was looked at and what to do."""


def shown(path: Path) -> str:
    """How messages name a file: relative to the repository root, else to the working directory."""
    resolved = path.absolute()
    here = Path.cwd()
    for base in (*_repository(here), here):
        if resolved.is_relative_to(base):
            return resolved.relative_to(base).as_posix()
    return path.as_posix()


@cache
def _repository(folder: Path) -> tuple[Path, ...]:
    for base in (folder, *folder.parents):
        if (base / ".git").exists():
            return (base,)
    return ()


def default() -> Path:
    """What is checked where no path is given. Raises Nothing with what could be."""
    if DEFAULT.is_dir():
        return DEFAULT
    raise Nothing(f"no path is given and there is no {DEFAULT}/ here{_instead(Path.cwd())}")


def _instead(folder: Path) -> str:
    """What to type instead: the folders and files here that look like what deploylint checks."""
    found = [path for path in sorted(folder.glob("*/")) if path.is_dir() and any(_listed(path))]
    found += (path for path in _listed(folder) if path.stem.startswith(DEFAULT.name))
    if not found:
        return "; name a folder or files that hold deployments: deploylint check PATH"
    return f"; try: deploylint check {' or '.join(map(shown, found))}"


def _listed(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.iterdir()) if p.suffix in SUFFIXES)


def find(paths: Sequence[Path]) -> list[Wanted]:
    """The sets that paths mean.

    Raises Unusable for a path that is not there and Nothing for a folder without YAML files.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise Unusable(f"{path}: there is no such file or folder{_instead(Path.cwd())}")
    folders = sorted(path for path in paths if path.is_dir())
    files = sorted({path.absolute(): path for path in paths if not path.is_dir()}.items())
    loose = [path for _, path in files if not any(_lies_in(path, folder) for folder in folders)]
    sets = [_folder(path, [file for _, file in files]) for path in folders]
    if loose:
        folder = loose[0].absolute().parent
        sets.append(Wanted(folder.name, next(iter(_repository(folder)), folder), tuple(loose)))
    return sets


def _lies_in(file: Path, folder: Path) -> bool:
    return file.parent.samefile(folder)


def _folder(path: Path, files: Iterable[Path]) -> Wanted:
    listed = tuple(_listed(path))
    if not listed:
        raise Nothing(f"{shown(path)}: holds no .yaml or .yml file{_instead(path)}")
    focus = frozenset(shown(path / file.name) for file in files if _lies_in(file, path))
    return Wanted(path.absolute().name, path, listed, focus)


def load(wanted: Wanted, profile: str, folders: profiles.Folders = ()) -> Set:
    """Read one set; ``profile`` is a name or "", ``folders`` are as for ``choose_profile``."""
    documents, problems, skipped = list[Document](), list[Problem](), list[Skipped]()
    for path in wanted.files:
        file = shown(path)
        kind = NOT_DEPLOYMENTS.get(path.stem)
        if kind is not None:
            skipped.append(Skipped(file, kind))
            continue
        document = read(path, file, wanted.root)
        if isinstance(document, Problem):
            problems.append(document)
        elif reason := _not_values(document):
            skipped.append(Skipped(file, reason))
        else:
            documents.append(document)
    chosen, because = choose_profile(documents, profile, folders)
    services, passed_over = _services(documents, chosen)
    return Set(
        name=wanted.name,
        shape="values",
        profile=chosen,
        profile_because=because,
        services=tuple(services),
        skipped=(*skipped, *passed_over),
        problems=tuple(problems),
        documents=tuple(documents),
        focus=wanted.focus,
    )


def _not_values(document: Document) -> str:
    if not document.roots:
        return "holds nothing"
    if not all(isinstance(root.content, dict) for root in document.roots):
        return "holds no mapping"
    root = document.roots[0]
    if all(child(root, key) is not None for key in ("apiVersion", "kind", "metadata")):
        return "a Kubernetes manifest; only Helm values are read"
    return ""


def choose_profile(
    documents: Iterable[Document], name: str, folders: profiles.Folders = ()
) -> tuple[Profile, str]:
    """The profile to read a set with, and why; ``folders`` hold profiles of the project's own.

    Raises Unusable for a name that is not there, Misread for an own profile that is wrong.
    """
    known = profiles.names(folders)
    if name:
        if name not in known:
            raise Unusable(f"--profile {name}: there is no such profile; {hint(name, known)}")
        return profiles.load(name, folders), "--profile"
    for candidate in known:
        for document in documents:
            if found := profiles.evidence(candidate, document.roots[0], folders):
                return profiles.load(candidate, folders), f"{document.file} sets {found}"
    return profiles.load(known[-1], folders), "nothing speaks for another"


def _services(documents: list[Document], profile: Profile) -> tuple[list[Service], list[Skipped]]:
    services, passed_over, named = list[Service](), list[Skipped](), dict[str, str]()
    for document in documents:
        service = read_service(document, profile)
        if reason := _no_service(document, service, documents, profile):
            passed_over.append(Skipped(document.file, reason))
        elif service is not None:
            if service.name in named:
                raise Unusable(
                    f"{document.file}: is service {service.name!r}, and so is "
                    f"{named[service.name]}; rename one of them"
                )
            named[service.name] = document.file
            services.append(service)
    return services, passed_over


def _no_service(
    document: Document, service: Service | None, siblings: list[Document], profile: Profile
) -> str:
    """Why a document is not one of the services: it overlays a sibling, or sets nothing known."""
    runs = service is not None and any(IMAGE in c.values for c in service.components)
    base = None if runs else _overlaid(document, siblings)
    if base is not None:
        return f"an overlay: sets no image, all its keys are in {base.file}"
    return "" if service is not None else f"sets nothing that profile {profile.name} knows"


def _overlaid(document: Document, siblings: list[Document]) -> Document | None:
    """The sibling that holds all keys of a document and more."""
    mine = _key_paths(document)
    return next((one for one in siblings if mine < _key_paths(one)), None)


def _key_paths(document: Document) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    stack: list[tuple[Node, tuple[str, ...]]] = [(root, ()) for root in document.roots]
    while stack:
        node, path = stack.pop()
        if isinstance(node.content, dict):
            for key, entry in node.content.items():
                found.add((*path, key))
                stack.append((entry.value, (*path, key)))
    return found
