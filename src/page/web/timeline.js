// ---- The timeline: what ran when, a track for each runner and one for the compiler.

const timeline = {
  zero: 0, // seconds since the run began, where the axis begins: when the first node did
  from: 0, // the same, at the left
  to: 1, // at the right
  container: element("div", { class: "tracks" }),
  active: 0, // index into `spans` of the one that Tab goes to
  spans: [], // what ran, by the time at which it began
};
const trackHeight = 28;
const axisHeight = 24;
const nameWidth = 84;

function timelineSpans() {
  const spans = nodes
    .filter((node) => node.began !== undefined)
    .map((node) => ({
      node,
      began: node.began,
      seconds: Math.max(0, node.seconds ?? 0),
      track: `runner ${node.runner + 1}`,
    }));
  const { build } = data.run;
  if (build) spans.push({ node: null, began: build.began, seconds: build.seconds, track: "compiler" });
  return spans.sort((a, b) => a.began - b.began);
}

/** Seconds from the first to the last of the spans, with a little room. */
function showSpans(spans) {
  const from = Math.min(...spans.map((span) => span.began));
  const to = Math.max(...spans.map((span) => span.began + span.seconds));
  const room = Math.max((to - from) * 0.02, 1e-6);
  [timeline.from, timeline.to] = [Math.max(0, from - room), to + room];
  showTimeline();
}

const showNodeSpans = () => showSpans(timeline.spans.filter((span) => span.node !== null));
const showAllSpans = () => showSpans([{ began: 0, seconds: data.run.seconds }, ...timeline.spans]);

function zoomTimeline(factor, share = 0.5) {
  const wide = Math.max(1e-6, (timeline.to - timeline.from) * factor);
  const at = timeline.from + (timeline.to - timeline.from) * share;
  [timeline.from, timeline.to] = [at - wide * share, at + wide * (1 - share)];
  showTimeline();
}

function moveTimeline(share) {
  const step = (timeline.to - timeline.from) * share;
  [timeline.from, timeline.to] = [timeline.from + step, timeline.to + step];
  showTimeline();
}

/** Places for ticks at 1, 2 or 5 times a power of ten, about `most` of them. */
function ticks(from, to, most) {
  const raw = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((factor) => power * factor >= raw);
  const places = [];
  for (let i = Math.ceil(from / step); i * step <= to; i += 1) places.push(i * step);
  return { step, places };
}

function barElement(span, at, x, y, width) {
  const name = span.node === null ? "compile" : span.node.name;
  const isCritical = span.node !== null && criticalNodes.has(span.node.index);
  const words =
    `${name}: ${secondsText(span.seconds)}, ${secondsText(span.began)} after the start` +
    (isCritical ? ", on the critical path" : "");
  const classes = [
    "bar",
    span.node?.status ?? "compile",
    isCritical ? "critical" : "",
    span.node?.index === state.selected ? "selected" : "",
  ];
  const seen = Math.floor((width - 10) / 6.6);
  const label =
    seen < 3
      ? null
      : shape("text", { x: x + 5, y: y + 15 }, name.length > seen ? `${name.slice(0, seen - 1)}…` : name);
  return shape(
    "g",
    {
      class: classes.filter(Boolean).join(" "),
      "data-span": at,
      role: "button",
      "aria-label": words,
      tabindex: at === timeline.active ? "0" : "-1",
    },
    shape("title", {}, words),
    shape("rect", { x, y, width, height: trackHeight - 7, rx: 3 }),
    label,
  );
}

function showTimeline() {
  const { container, spans, from, to } = timeline;
  // Of one in a tab that is not shown no width is known; it may be printed all the same.
  const width = container.clientWidth || 900;
  const focused = container.contains(document.activeElement)
    ? document.activeElement.dataset.span
    : undefined;
  const tracks = [...new Set(spans.map((span) => span.track))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const height = axisHeight + tracks.length * trackHeight;
  const place = (seconds) => nameWidth + ((seconds - from) / (to - from)) * (width - nameWidth - 28);
  const parts = [];
  const { zero } = timeline;
  const { step, places } = ticks(from - zero, to - zero, Math.max(2, Math.floor((width - nameWidth) / 110)));
  const largest = Math.max(...places.map(Math.abs), step);
  for (const tick of places) {
    const x = place(zero + tick);
    parts.push(
      shape("line", { class: "grid", x1: x, x2: x, y1: axisHeight - 4, y2: height }),
      shape("text", { class: "tick", x, y: 14, "text-anchor": "middle" }, tickText(tick, step, largest)),
    );
  }
  const bars = [];
  spans.forEach((span, at) => {
    const left = Math.max(nameWidth, place(span.began));
    const right = Math.min(width - 2, place(span.began + span.seconds));
    if (right < nameWidth || left > width - 2) return;
    const y = axisHeight + tracks.indexOf(span.track) * trackHeight + 4;
    bars.push(barElement(span, at, left, y, Math.max(2.5, right - left)));
  });
  tracks.forEach((track, i) =>
    parts.push(shape("text", { class: "track", x: 0, y: axisHeight + i * trackHeight + 19 }, track)),
  );
  container.replaceChildren(
    shape(
      "svg",
      {
        class: "chart timeline",
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: "group",
        "aria-label": "What ran when",
      },
      ...parts,
      ...bars,
    ),
  );
  if (focused !== undefined)
    container.querySelector(`[data-span="${focused}"]`)?.focus({ preventScroll: true });
}

function focusSpan(at) {
  const { spans } = timeline;
  timeline.active = Math.max(0, Math.min(spans.length - 1, at));
  const { began, seconds } = spans[timeline.active];
  const wide = timeline.to - timeline.from;
  if (began + seconds < timeline.from || began > timeline.to)
    [timeline.from, timeline.to] = [began - wide * 0.1, began + wide * 0.9];
  showTimeline();
  timeline.container.querySelector(`[data-span="${timeline.active}"]`)?.focus({ preventScroll: true });
}

function timelineKey(event) {
  const bar = event.target.closest("[data-span]");
  if (bar === null) return;
  const at = Number(bar.dataset.span);
  const actions = {
    ArrowRight: () => focusSpan(at + 1),
    ArrowLeft: () => focusSpan(at - 1),
    ArrowDown: () => focusSpan(at + 1),
    ArrowUp: () => focusSpan(at - 1),
    Home: () => focusSpan(0),
    End: () => focusSpan(timeline.spans.length - 1),
    "+": () => zoomTimeline(0.7),
    "-": () => zoomTimeline(1 / 0.7),
    0: showNodeSpans,
    Enter: () => selectSpan(at, true),
    " ": () => selectSpan(at, true),
  };
  if (actions[event.key] === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  actions[event.key]();
}

function selectSpan(at, focusPanel) {
  timeline.active = at;
  const { node } = timeline.spans[at];
  if (node !== null) select(node.index, { center: true, focusPanel });
}

function timelineTools() {
  const button = (text, label, click) =>
    element("button", { type: "button", "aria-label": label, click }, text);
  return element(
    "div",
    { class: "chart-tools", role: "group", "aria-label": "Zoom of the timeline" },
    button("Nodes", "Show just the nodes", showNodeSpans),
    button("Whole run", "Show the whole run", showAllSpans),
    button("+", "Zoom into the timeline", () => zoomTimeline(0.7)),
    button("−", "Zoom out of the timeline", () => zoomTimeline(1 / 0.7)),
    button("←", "Earlier", () => moveTimeline(-0.3)),
    button("→", "Later", () => moveTimeline(0.3)),
    element("span", { class: "muted" }, "time since the first node began"),
  );
}

/** The nodes that the run had to wait for, in their order. */
function criticalPathElement() {
  const path = data.run.critical_path;
  const most = 60;
  if (path.nodes.length === 0) return null;
  const list = element(
    "ol",
    { class: "path" },
    ...path.nodes
      .slice(0, most)
      .map((index) =>
        element(
          "li",
          {},
          itemButton(index),
          element("span", { class: "muted" }, ` ${secondsText(nodes[index].seconds)}`),
        ),
      ),
  );
  if (path.nodes.length > most) list.append(element("li", {}, `and ${path.nodes.length - most} more`));
  return element(
    "div",
    { class: "critical-path" },
    element(
      "p",
      {},
      element("span", { class: "critical-sample", "aria-hidden": "true" }),
      `Critical path: ${secondsText(path.seconds)} in ${countText(path.nodes.length, "node")} ` +
        "that waited for each other",
    ),
    list,
  );
}

function makeTimeline() {
  const here = byId("page-timeline");
  if (data.run === null || data.run.status === "dry-run")
    return here.append(element("p", { class: "empty" }, "Nothing was run."));
  timeline.spans = timelineSpans();
  if (!timeline.spans.some((span) => span.node !== null))
    return here.append(
      element("p", { class: "empty" }, "Nothing ran: every node came from the cache, or was not needed."),
    );
  timeline.zero = timeline.spans.find((span) => span.node !== null).began;
  timeline.container.addEventListener("keydown", timelineKey);
  timeline.container.addEventListener("click", (event) => {
    const bar = event.target.closest("[data-span]");
    if (bar !== null) selectSpan(Number(bar.dataset.span), false);
  });
  timeline.container.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const { left, width } = timeline.container.getBoundingClientRect();
      zoomTimeline(
        Math.exp(event.deltaY * 0.002),
        Math.max(0, Math.min(1, (event.clientX - left - nameWidth) / (width - nameWidth))),
      );
    },
    { passive: false },
  );
  here.append(
    element("div", { class: "scroller" }, timelineTools(), timeline.container, criticalPathElement()),
  );
  new ResizeObserver(showTimeline).observe(timeline.container);
  showNodeSpans();
}

listen((changes) => {
  if (changes.selected !== undefined && timeline.spans.length > 0) showTimeline();
});
