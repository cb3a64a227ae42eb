// ---- The legend: every status that occurs, with how often it does. A click shows just those nodes.

function toggleStatus(status) {
  const statuses = new Set(state.statuses);
  if (!statuses.delete(status)) statuses.add(status);
  change({ statuses });
}

function showLegend() {
  const counts = new Map();
  for (const node of nodes) if (node.status) counts.set(node.status, (counts.get(node.status) ?? 0) + 1);
  const buttons = Object.keys(statusWords)
    .filter((status) => counts.has(status))
    .map((status) =>
      element(
        "button",
        {
          type: "button",
          class: "chip",
          "data-status": status,
          "aria-pressed": "false",
          click: () => toggleStatus(status),
        },
        swatch(status),
        statusWords[status],
        element("span", { class: "count" }, String(counts.get(status))),
      ),
    );
  const legend = byId("page-legend");
  const kinds = [
    ["target", "target", data.run !== null && nodes.some((node) => node.target)],
    ["input", "input", data.inputs.some((input) => input.kind === "required")],
    ["input optional", "optional input", data.inputs.some((input) => input.kind === "optional")],
    ["input config", "config", data.inputs.some((input) => input.kind === "config")],
    ["folded", "folded nodes", clusters.length > 0],
    ["time", "part of the time", byId("page-canvas").querySelector("[data-time-share]") !== null],
    ["same-value", "same value", byId("page-canvas").querySelector(".edge.same-value") !== null],
  ];
  const samples = kinds
    .filter(([, , occurs]) => occurs)
    .map(([kind, word]) =>
      element(
        "span",
        { class: "sample" },
        swatch(kind),
        // As the pictures have it: a target is told without colours, too.
        kind === "target" ? element("span", { class: "underlined" }, word) : word,
      ),
    );
  legend.append(
    ...samples,
    ...buttons,
    element("button", { type: "button", id: "page-all", hidden: true, click: clearFilter }, "Show all"),
  );
  legend.hidden = buttons.length + samples.length === 0;
}

function clearFilter() {
  byId("page-query").value = "";
  change({ statuses: new Set(), query: "" });
}

listen((changes) => {
  if (changes.statuses === undefined && changes.query === undefined) return;
  for (const button of document.querySelectorAll("#page-legend [data-status]"))
    button.setAttribute("aria-pressed", String(state.statuses.has(button.dataset.status)));
  const all = byId("page-all");
  if (all.contains(document.activeElement) && !isFiltered()) byId("page-query").focus();
  all.hidden = !isFiltered();
});
