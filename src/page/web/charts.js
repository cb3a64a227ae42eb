// ---- The runs of the past: how much came from the cache, and how long they took.

const chartHeight = 150;
const chartTop = 12;
const chartBase = 128;
const chartLeft = 52;

const hitRate = (run) => (run.taking_part === 0 ? 0 : run.cached / run.taking_part);
const isThisRun = (run) => data.run !== null && run.id === data.run.id;

/** A chart with a slot for each run. `scale`: the value at its top and how values are written. */
function runChart(label, scale, drawRun) {
  const slot = Math.min(34, Math.max(9, 620 / data.runs.length));
  const width = chartLeft + data.runs.length * slot + 12;
  const place = (value) => chartBase - (value / scale.top) * (chartBase - chartTop);
  const grid = scale.ticks.flatMap((value) => [
    shape("line", { class: "grid", x1: chartLeft, x2: width, y1: place(value), y2: place(value) }),
    shape(
      "text",
      { class: "tick", x: chartLeft - 6, y: place(value) + 4, "text-anchor": "end" },
      scale.text(value),
    ),
  ]);
  const runs = data.runs.map((run, i) => {
    const x = chartLeft + i * slot;
    const words =
      `${timeText(run.started)} · ${percentText(run.cached, run.taking_part)} from the cache · ` +
      secondsText(run.seconds) +
      (run.status === "ok" ? "" : ` · ${run.status}`);
    return shape(
      "g",
      { class: isThisRun(run) ? "run this" : "run" },
      shape("title", {}, words),
      shape("rect", { class: "slot", x, y: chartTop, width: slot, height: chartBase - chartTop }),
      ...drawRun(run, x + slot * 0.18, slot * 0.64, place),
      isThisRun(run)
        ? shape("path", { class: "marker", d: `M${x + slot / 2 - 5},${chartBase + 12}h10l-5,-7z` })
        : null,
    );
  });
  return element(
    "figure",
    {},
    element("figcaption", {}, label),
    shape(
      "svg",
      {
        class: "chart runs",
        width,
        height: chartHeight,
        viewBox: `0 0 ${width} ${chartHeight}`,
        role: "img",
        "aria-label": `${label}: the table below has the figures`,
      },
      ...grid,
      shape("line", { class: "axis", x1: chartLeft, x2: width, y1: chartBase, y2: chartBase }),
      ...runs,
    ),
  );
}

const bar = (classes, x, width, top, bottom) =>
  shape("rect", { class: `bar ${classes}`, x, width, y: top, height: Math.max(1.5, bottom - top), rx: 1.5 });

function hitRateChart() {
  const scale = { top: 1, ticks: [0, 0.5, 1], text: (value) => `${value * 100} %` };
  return runChart("From the cache", scale, (run, x, width, place) => [
    bar("cached", x, width, place(hitRate(run)), chartBase),
  ]);
}

function timeChart() {
  const longest = Math.max(...data.runs.map((run) => run.seconds), 1e-6);
  const { step, places } = ticks(0, longest * 1.25, 3);
  const scale = {
    top: Math.max(longest, places.at(-1)),
    ticks: places,
    text: (value) => tickText(value, step, longest),
  };
  return runChart("Time, with that of the compiler hatched", scale, (run, x, width, place) => {
    const build = Math.min(run.build_seconds, run.seconds);
    const parts = [bar("executed", x, width, place(run.seconds), place(build))];
    if (build > 0) parts.push(bar("compile", x, width, place(build), chartBase));
    return parts;
  });
}

function runsTable() {
  const head = ["Run", "Started", "Status", "From cache", "Executed", "Failed", "Time", "Saved"];
  const rows = [...data.runs]
    .reverse()
    .map((run) =>
      element(
        "tr",
        { class: isThisRun(run) ? "this" : null },
        element(
          "th",
          { scope: "row" },
          run.id,
          isThisRun(run) ? element("span", { class: "muted" }, " (this one)") : null,
        ),
        ...[
          timeText(run.started),
          run.status,
          percentText(run.cached, run.taking_part),
          run.executed,
          run.failed,
          secondsText(run.seconds),
          secondsText(run.saved_seconds),
        ].map((text) => element("td", {}, String(text))),
      ),
    );
  return element(
    "table",
    { class: "plain" },
    element("caption", { class: "unseen" }, "Past runs"),
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows),
  );
}

function showRuns() {
  const here = byId("page-runs");
  if (data.runs.length === 0)
    return here.append(element("p", { class: "empty" }, "No run of this cell is known here."));
  here.append(
    element(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Past runs" },
      element("div", { class: "figures" }, hitRateChart(), timeChart()),
      runsTable(),
    ),
  );
}
