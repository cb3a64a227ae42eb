// ---- The table of all nodes. Only the rows that can be seen are elements, so that a large one is as quick.

const rowHeight = 30; // pixels, as page.css has it
const rowsAround = 12; // beyond those that are seen, above and below

const columns = [
  { id: "name", title: "Node", key: (node) => node.name.toLowerCase() },
  { id: "type", title: "Type", key: (node) => node.type.toLowerCase() },
  { id: "status", title: "Status", key: (node) => Object.keys(statusWords).indexOf(node.status) },
  { id: "seconds", title: "Time", isFigure: true, key: (node) => node.seconds ?? -1 },
  { id: "bytes", title: "Size", isFigure: true, key: (node) => node.bytes ?? -1 },
  { id: "reason", title: "Reason", key: (node) => (node.reason ?? "").toLowerCase() },
].filter((column) => data.run !== null || ["name", "type"].includes(column.id));

const table = {
  sort: null, // a column; null: the order of the dataflow
  isReversed: false,
  rows: [], // indexes of nodes, as they are shown
  active: 0, // index into `rows` of the one that Tab goes to
  isWhole: false, // all rows are elements: for printing
  body: element("tbody"),
  scroller: element("div", { class: "scroller" }),
};

function cellText(node, column) {
  if (column.id === "seconds") return secondsText(node.seconds);
  if (column.id === "bytes") return bytesText(node.bytes);
  return node[column.id] ?? "";
}

function rowElement(at) {
  const node = nodes[table.rows[at]];
  const cells = columns.map((column) => {
    const text = cellText(node, column);
    if (column.id === "name") return element("th", { scope: "row", title: text }, text);
    if (column.id === "status")
      return element(
        "td",
        {},
        ...(node.status ? [swatch(node.status), statusWords[node.status] ?? node.status] : []),
      );
    return element(
      "td",
      { class: column.isFigure ? "figure" : column.id, title: column.isFigure ? null : text },
      text,
    );
  });
  return element(
    "tr",
    {
      "data-at": at,
      "aria-rowindex": at + 2,
      tabindex: at === table.active ? "0" : "-1",
      "aria-selected": String(node.index === state.selected),
    },
    ...cells,
  );
}

const spacer = (rows) =>
  element(
    "tr",
    { class: "spacer", "aria-hidden": "true" },
    element("td", { colspan: columns.length, height: rows * rowHeight }),
  );

/** Makes the rows that are in sight. */
function showRows() {
  const first = table.isWhole
    ? 0
    : Math.max(0, Math.floor(table.scroller.scrollTop / rowHeight) - rowsAround);
  const seen = Math.ceil(table.scroller.clientHeight / rowHeight) + 2 * rowsAround;
  const last = table.isWhole ? table.rows.length : Math.min(table.rows.length, first + seen);
  const focused = table.body.contains(document.activeElement)
    ? Number(document.activeElement.dataset.at)
    : null;
  const made = [];
  for (let at = first; at < last; at += 1) made.push(rowElement(at));
  table.body.replaceChildren(spacer(first), ...made, spacer(table.rows.length - last));
  if (focused !== null) table.body.querySelector(`[data-at="${focused}"]`)?.focus({ preventScroll: true });
}

function sortRows() {
  const rows = nodes.filter((node) => isShown(node));
  if (table.sort !== null) {
    const { key } = table.sort;
    const keys = new Map(rows.map((node) => [node, key(node)]));
    const side = table.isReversed ? -1 : 1;
    rows.sort((a, b) =>
      keys.get(a) < keys.get(b) ? -side : keys.get(a) > keys.get(b) ? side : a.index - b.index,
    );
  }
  table.rows = rows.map((node) => node.index);
  table.active = Math.max(0, table.rows.indexOf(state.selected));
  const count = byId("page-table-count");
  count.textContent =
    rows.length === nodes.length
      ? countText(nodes.length, "node")
      : `${rows.length} of ${countText(nodes.length, "node")}`;
  table.element.setAttribute("aria-rowcount", rows.length + 1);
  showRows();
}

/** Once: upwards; again: downwards; a third time: the order of the dataflow. Figures begin with the largest. */
function sortBy(column) {
  const begins = Boolean(column.isFigure);
  if (table.sort !== column) [table.sort, table.isReversed] = [column, begins];
  else if (table.isReversed === begins) table.isReversed = !begins;
  else table.sort = null;
  for (const [i, head] of [...table.element.querySelectorAll("thead th")].entries())
    head.setAttribute(
      "aria-sort",
      columns[i] !== table.sort ? "none" : table.isReversed ? "descending" : "ascending",
    );
  table.scroller.scrollTop = 0;
  sortRows();
}

/** Moves the focus to a row, which may not be an element yet. */
function focusRow(at) {
  table.active = Math.max(0, Math.min(table.rows.length - 1, at));
  const top = table.active * rowHeight;
  const room = table.scroller.clientHeight - 2 * rowHeight;
  if (top < table.scroller.scrollTop) table.scroller.scrollTop = top;
  if (top > table.scroller.scrollTop + room) table.scroller.scrollTop = top - room;
  showRows();
  table.body.querySelector(`[data-at="${table.active}"]`)?.focus({ preventScroll: true });
}

function tableKey(event) {
  const row = event.target.closest("tr[data-at]");
  if (row === null) return;
  const page = Math.max(1, Math.floor(table.scroller.clientHeight / rowHeight) - 2);
  const steps = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -table.rows.length,
    End: table.rows.length,
  };
  const at = Number(row.dataset.at);
  if (event.key === "Enter" || event.key === " ") select(table.rows[at], { center: true, focusPanel: true });
  else if (steps[event.key] !== undefined) focusRow(at + steps[event.key]);
  else return;
  event.preventDefault();
}

function showTable() {
  const heads = columns.map((column) =>
    element(
      "th",
      { scope: "col", "aria-sort": "none", class: column.id },
      element("button", { type: "button", click: () => sortBy(column) }, column.title),
    ),
  );
  table.element = element(
    "table",
    { class: "nodes", role: "grid", "aria-label": "Nodes" },
    element("thead", {}, element("tr", {}, ...heads)),
    table.body,
  );
  table.scroller.append(table.element);
  byId("page-nodes").append(element("p", { id: "page-table-count", class: "muted" }), table.scroller);
  table.scroller.addEventListener("scroll", () => requestAnimationFrame(showRows));
  new ResizeObserver(showRows).observe(table.scroller);
  table.body.addEventListener("keydown", tableKey);
  table.body.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-at]");
    if (row === null) return;
    table.active = Number(row.dataset.at);
    select(table.rows[table.active], { center: true });
  });
  addEventListener("beforeprint", () => printRows(true));
  addEventListener("afterprint", () => printRows(false));
  sortRows();
}

function printRows(isWhole) {
  table.isWhole = isWhole;
  showRows();
}

listen((changes) => {
  if (changes.statuses !== undefined || changes.query !== undefined) return sortRows();
  if (changes.selected === undefined) return;
  const at = table.rows.indexOf(state.selected);
  if (at >= 0) table.active = at;
  showRows();
});
