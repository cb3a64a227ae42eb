// ---- The panel: all that is known of the selected node or input.

const panel = byId("page-panel");

/** A part of the panel with a heading; nothing where it would be empty. */
function panelPart(heading, ...content) {
  const there = content.filter((one) => one !== null && one !== undefined && one !== "");
  return there.length === 0 ? null : element("section", {}, element("h3", {}, heading), ...there);
}

/** Names and values, those without a value left out. */
function facts(pairs) {
  const there = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (there.length === 0) return null;
  return element(
    "dl",
    { class: "facts" },
    ...there.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

function digest(text) {
  return text === undefined ? null : element("code", { class: "digest" }, text);
}

function itemList(indexes) {
  const most = 40;
  if (indexes.length === 0) return null;
  const list = element(
    "ul",
    { class: "items" },
    ...indexes.slice(0, most).map((i) => element("li", {}, itemButton(i))),
  );
  if (indexes.length > most) list.append(element("li", {}, `and ${indexes.length - most} more`));
  return list;
}

const fileVerbs = {
  content: "read",
  listing: "listed",
  attributes: "asked about",
  written: "wrote",
  existence: "looked for",
  link: "looked at the link",
  resolved: "resolved",
  written_link: "linked",
};

function fileWords(file) {
  if (file.state !== "absent") return fileVerbs[file.use] ?? file.use;
  return file.use.startsWith("written") ? "removed" : "looked in vain for";
}

function traceList(trace) {
  if (trace === undefined) return null;
  const rows = [
    ...trace.files.map((file) => [fileWords(file), file.path]),
    ...(trace.more_files > 0 ? [["and", `${trace.more_files} more files`]] : []),
    ...trace.variables.map((variable) => [
      "environment",
      variable.name === "*" ? "all variables" : variable.name,
    ]),
    ...(trace.folder ? [["working folder", trace.folder]] : []),
    ...trace.effects.map((effect) => ["used", `${effect.kind} (${effect.function})`]),
  ];
  if (rows.length === 0) return element("p", {}, "It used nothing but its arguments.");
  return element(
    "ul",
    { class: "trace" },
    ...rows.map(([verb, what]) =>
      element("li", {}, element("span", { class: "verb" }, verb), " ", element("code", {}, what)),
    ),
  );
}

function statusLine(node) {
  if (node.status === undefined) return null;
  const chip = element(
    "span",
    { class: `chip ${node.status}` },
    swatch(node.status),
    statusWords[node.status] ?? node.status,
  );
  return element(
    "p",
    { class: "status-line" },
    chip,
    node.reason ? element("span", { class: "reason" }, node.reason) : null,
  );
}

function reasonList(node) {
  if (node.reasons === undefined) return null;
  return element("ul", { class: "reasons" }, ...node.reasons.map((reason) => element("li", {}, reason)));
}

function sourcePart(node) {
  if (node.source !== undefined) return panelPart(`Source · ${node.place}`, codeElement(node.source));
  return panelPart(
    "Source",
    element("p", { class: "muted" }, "The cell is not there any more, or this node is another one by now."),
  );
}

function tagList(node) {
  if (node.tags === undefined) return null;
  return facts(Object.entries(node.tags));
}

function nodeParts(node) {
  const past = pastOf(node.index);
  return [
    statusLine(node),
    reasonList(node),
    node.documentation ? element("p", { class: "documentation" }, node.documentation) : null,
    node.signature ? element("pre", { class: "signature" }, element("code", {}, node.signature)) : null,
    facts([
      ["Type", element("code", {}, node.type)],
      ["Value", node.preview === undefined ? null : element("code", {}, node.preview)],
      ["Override", node.override === undefined ? null : element("code", {}, node.override)],
      ["Time", secondsText(node.seconds)],
      ["Size", bytesText(node.bytes)],
      ["Behavior", node.behavior],
      ["Runner", node.runner === undefined ? null : String(node.runner + 1)],
      ["Began", node.began === undefined ? null : `${secondsText(node.began)} after the start`],
      [
        "Critical path",
        criticalNodes.has(node.index) ? "yes: with a faster node the run could be shorter" : null,
      ],
    ]),
    panelPart("Needs", itemList(node.up)),
    panelPart("Needed by", itemList(node.down)),
    panelPart("Used outside its arguments", traceList(node.trace)),
    past.length > 0
      ? panelPart("Past runs", pastChart(past), element("p", { class: "muted" }, `It ${pastSummary(past)}.`))
      : null,
    sourcePart(node),
    panelPart("Tags", tagList(node)),
    panelPart(
      "Versions",
      facts([
        ["Code", digest(node.code_version)],
        ["Data", digest(node.data_version)],
        ["Cache key", digest(node.cache_key)],
      ]),
    ),
  ];
}

function inputParts(input) {
  const kinds = { config: "from the config", optional: "optional", required: "required" };
  return [
    element("p", { class: "status-line" }, element("span", { class: "chip" }, `input, ${kinds[input.kind]}`)),
    facts([
      ["Type", element("code", {}, input.type)],
      ["Value", input.value === undefined ? null : element("code", {}, input.value)],
      ["Default", input.default === undefined ? null : element("code", {}, input.default)],
    ]),
    panelPart("Needed by", itemList(input.down)),
  ];
}

// Where the focus goes when the panel is closed.
let openedFrom = null;

/** Rows and bars may have been made anew since; then it is the one that stands for the same. */
function focusWhereItWas() {
  const { at, span } = openedFrom?.dataset ?? {};
  const again =
    at !== undefined ? `[data-at="${at}"]` : span !== undefined ? `[data-span="${span}"]` : "#page-viewport";
  const isThere = openedFrom?.isConnected && openedFrom.closest(".away") === null;
  (isThere ? openedFrom : document.querySelector(again))?.focus({ preventScroll: true });
}

function focusOnPanel() {
  if (!panel.contains(document.activeElement)) openedFrom = document.activeElement;
  byId("page-panel-title")?.focus({ preventScroll: true });
}

function closePanel() {
  const hadFocus = panel.contains(document.activeElement);
  select(null);
  if (hadFocus) focusWhereItWas();
}

function showPanel() {
  panel.hidden = state.selected === null;
  if (state.selected === null) return panel.replaceChildren();
  const item = items[state.selected];
  const hadFocus = panel.contains(document.activeElement);
  panel.replaceChildren(
    element(
      "div",
      { class: "panel-head" },
      element("h2", { id: "page-panel-title", tabindex: "-1" }, item.name),
      element("button", { type: "button", class: "close", "aria-label": "Close", click: closePanel }, "×"),
    ),
    ...(item.isInput ? inputParts(item) : nodeParts(item)).filter((part) => part !== null),
  );
  panel.scrollTo(0, 0);
  if (hadFocus) focusOnPanel();
}

listen((changes) => {
  if (changes.selected !== undefined) showPanel();
});
