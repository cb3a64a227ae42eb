"""What a run gave: its values, and what it did, as an object of the notebook's."""

import difflib
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional

from .look import html_of, text_of
from .values import Values


class Node(NamedTuple):
    """What a run did with one node."""

    name: str
    type: str  # of its result, as C++ writes it
    status: str  # cached, executed, failed, skipped, overridden, unneeded; of a dry run also would-run, may-run
    behavior: str  # default, recompute, disable, ignore
    reason: str  # why it ran, was skipped, or how it failed; empty for one from the cache
    reasons: List[str]  # with --explain: all of them
    seconds: Optional[float]  # that it took when it ran; None if that is not known
    bytes: Optional[int]  # of its stored value; None if it is not stored


class RunInfo:
    """What a run did: `NAME.run`."""

    def __init__(self, document: Dict[str, Any], exit_status: int) -> None:
        """`document` is what --json printed."""
        self.exit_status = exit_status
        self.id: Optional[str] = document["run_id"]
        self.status: str = document["status"]  # ok, failed, interrupted or dry-run
        self.inputs: Dict[str, Any] = document["inputs"]
        self.seconds: float = document["seconds"]
        self.saved_seconds: float = document["saved_seconds"]
        self.nodes: Dict[str, Node] = {node["name"]: _node(node) for node in document["nodes"]}

    def with_status(self, status: str) -> List[str]:
        """The names of the nodes that ended so."""
        return [node.name for node in self.nodes.values() if node.status == status]

    def __repr__(self) -> str:
        return text_of(self, {})

    def _repr_html_(self) -> str:
        return html_of(self, {})


def _node(node: Dict[str, Any]) -> Node:
    return Node(node["name"], node["type"], node["status"], node["behavior"], node["reason"],
                node.get("reasons", []), node["seconds"], node["bytes"])


class Results(Mapping[str, Any]):
    """The values of the targets by name, as `results["node"]` and `results.node`, and in `run` what the run did.

    A node that is called like something that every mapping has (`keys`, `items`, `values`, `get`) or `run` is
    reached by `results["run"]`.
    """

    def __init__(self, run: RunInfo, values: Values) -> None:
        self.run = run
        self._values = values

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise KeyError(self._why_absent(name))
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._values:
            raise AttributeError(self._why_absent(name))
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *self._values]

    def _ipython_key_completions_(self) -> List[str]:
        return list(self._values)

    def _why_absent(self, name: str) -> str:
        node = self.run.nodes.get(name)
        if node is None:
            close = difflib.get_close_matches(str(name), self.run.nodes, 1)
            return f"no node '{name}'" + (f"; did you mean '{close[0]}'?" if close else "")
        if node.status in ("failed", "skipped"):
            return f"node '{name}' has no value: it {'failed' if node.status == 'failed' else 'was skipped'}"
        if node.status == "unneeded":
            return f"node '{name}' was not needed: name it as a target"
        if self.run.status == "dry-run":
            return f"node '{name}' has no value: nothing was run"
        return f"node '{name}' has no value here: it is no target, values were hidden, or {node.type} cannot be stored"

    def _previews(self) -> Dict[str, str]:
        return {name: self._values.preview(name) for name in self._values}

    def __repr__(self) -> str:
        return text_of(self.run, self._previews())

    def _repr_html_(self) -> str:
        return html_of(self.run, self._previews())
