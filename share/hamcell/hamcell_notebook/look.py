"""How a run looks: a table of its nodes, as text and as HTML."""

import html
from typing import TYPE_CHECKING, Dict, List, Optional

if TYPE_CHECKING:
    from .results import Node, RunInfo

SHOWN_CHARACTERS = 70  # of a value or a reason

# Middle tones, to be read on light grounds and on dark ones.
COLORS = {"executed": "#2a86c7", "cached": "#d9822b", "failed": "#d9363e", "skipped": "#8a8f98",
          "overridden": "#8b6bd9", "would-run": "#2a86c7", "may-run": "#8b6bd9"}
# Not by colour alone.
MARKS = {"executed": "●", "cached": "◆", "failed": "✖", "skipped": "○", "overridden": "◇", "would-run": "●",
         "may-run": "◌"}


def seconds_text(seconds: Optional[float]) -> str:
    """A time with its unit: "340 µs", "2.1 s"; empty where it is not known."""
    if seconds is None:
        return ""
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest} s"
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        amount = seconds * factor
        if amount >= 1 or unit == "µs":
            return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"
    return ""


def bytes_text(size: Optional[int]) -> str:
    """A size with its unit, in powers of 1000; empty where there is none."""
    if size is None:
        return ""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5:
            return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def visible(text: str) -> str:
    """Control characters, and those that turn the direction of text, as escapes: they could not be seen otherwise."""
    return "".join(repr(c)[1:-1] if not c.isprintable() and c != " " else c for c in text)


def summary(run: "RunInfo") -> str:
    """The line below the table: "12 nodes: 11 from cache (92 %), 1 executed · 10 ms · 1.1 ms saved"."""
    counts = {status: len(run.with_status(status)) for status in MARKS}
    taken_part = sum(counts.values())
    words = {"cached": "from cache", "would-run": "would run", "may-run": "may run"}
    parts = []
    for status in ("cached", "executed", "failed", "skipped", "overridden", "would-run", "may-run"):
        if counts[status]:
            share = f" ({100 * counts[status] // taken_part} %)" if status == "cached" else ""
            parts.append(f"{counts[status]} {words.get(status, status)}{share}")
    line = f"{taken_part} node{'' if taken_part == 1 else 's'}: {', '.join(parts) or 'nothing to do'}"
    line += f" · {seconds_text(run.seconds)}"
    if run.saved_seconds > 0:
        line += f" · {seconds_text(run.saved_seconds)} saved"
    return line + {"dry-run": " · dry run", "interrupted": " · interrupted"}.get(run.status, "")


def _shown(run: "RunInfo") -> List["Node"]:
    return [node for node in run.nodes.values() if node.status in MARKS]


def _columns(run: "RunInfo") -> List[str]:
    """The columns of text: what came of a node, and why it ran where that was asked for."""
    if run.status == "dry-run":
        return ["reason"]
    return ["value", "reason"] if any(node.reasons for node in run.nodes.values()) else ["value"]


def _remark(node: "Node", column: str, previews: Dict[str, str]) -> str:
    if column == "reason":
        return "; ".join(node.reasons) or node.reason
    return node.reason if node.status in ("failed", "skipped") else previews.get(node.name, "")


def _cut(text: str) -> str:
    text = visible(text.replace("\n", " "))
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS - 1] + "…"


def text_of(run: "RunInfo", previews: Dict[str, str]) -> str:
    """The table as text, like the one that hamcell prints."""
    columns = _columns(run)
    lines = [["node", "status", "time", "size", *columns]]
    for node in _shown(run):
        lines.append([visible(node.name), node.status, seconds_text(node.seconds), bytes_text(node.bytes),
                      *(_cut(_remark(node, column, previews)) for column in columns)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = ""
    for line in lines:
        cells = [cell.rjust(width) if i in (2, 3) else cell.ljust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        text += "  ".join(cells).rstrip() + "\n"
    return text + "\n" + summary(run)


_TABLE = "border-collapse:collapse;color:inherit;font-size:90%;margin:0.3em 0"
_LEFT = "text-align:left;padding:0.15em 1em 0.15em 0"
_RIGHT = "text-align:right;padding:0.15em 1em 0.15em 0;white-space:nowrap;font-variant-numeric:tabular-nums"


def html_of(run: "RunInfo", previews: Dict[str, str]) -> str:
    """The table as HTML. It takes the notebook's own colours of text and ground, light or dark."""
    rows = "".join(_html_row(run, node, previews) for node in _shown(run))
    head = (f'<th style="{_LEFT}">node</th><th style="{_LEFT}">status</th><th style="{_RIGHT}">time</th>'
            f'<th style="{_RIGHT}">size</th>' + "".join(f'<th style="{_LEFT}">{name}</th>' for name in _columns(run)))
    return (f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
            f'<div style="font-size:90%;opacity:0.8">{html.escape(summary(run))}</div>')


def _html_row(run: "RunInfo", node: "Node", previews: Dict[str, str]) -> str:
    color, mark = COLORS[node.status], MARKS[node.status]
    word = "from cache" if node.status == "cached" and run.status != "dry-run" else node.status.replace("-", " ")
    tip = html.escape(" · ".join(visible(text) for text in (node.type, node.reason) if text), quote=True)
    red = f";color:{color}" if node.status == "failed" else ""
    remarks = "".join(f'<td style="{_LEFT}{red}"><code style="background:none;color:inherit">'
                      f"{html.escape(_cut(_remark(node, column, previews)))}</code></td>" for column in _columns(run))
    return (f'<tr title="{tip}"><td style="{_LEFT}"><b>{html.escape(visible(node.name))}</b></td>'
            f'<td style="{_LEFT};white-space:nowrap"><span style="color:{color}">{mark}</span> {word}</td>'
            f'<td style="{_RIGHT}">{seconds_text(node.seconds)}</td><td style="{_RIGHT}">{bytes_text(node.bytes)}</td>'
            f"{remarks}</tr>")
