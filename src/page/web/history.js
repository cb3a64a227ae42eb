// ---- A node's own past: in which runs it ran and how long that took, and in which it came from the cache.

const runLetters = { c: "cached", x: "executed", f: "failed", s: "skipped", o: "overridden" };

/** What became of a node in each of the runs, the oldest first; runs without it are left out. */
function pastOf(index) {
  const past = [];
  for (const run of data.runs) {
    const status = runLetters[run.nodes[index]];
    if (status === undefined) continue;
    const time = run.times.find(([node]) => node === index);
    past.push({ run, status, seconds: time?.[1] });
  }
  return past;
}

/** "ran in 2 of 3 runs, came from the cache in 1, took 5 ms to 7 ms" */
function pastSummary(past) {
  const words = { executed: "ran", cached: "came from the cache", failed: "failed", skipped: "was skipped" };
  const parts = [];
  for (const [status, verb] of Object.entries(words)) {
    const count = past.filter((one) => one.status === status).length;
    if (count > 0)
      parts.push(`${verb} in ${count}` + (parts.length === 0 ? ` of ${countText(past.length, "run")}` : ""));
  }
  const times = past.map((one) => one.seconds).filter((seconds) => seconds !== undefined);
  if (times.length > 0) {
    const [least, most] = [Math.min(...times), Math.max(...times)].map(secondsText);
    parts.push(least === most ? `took ${least}` : `took ${least} to ${most}`);
  }
  return parts.length === 0 ? `was overridden in ${countText(past.length, "run")}` : parts.join(", ");
}

/** A mark for each run: a bar as high as the node took long, a dot for a hit, a cross for a failure. */
function pastChart(past) {
  const [width, height, base] = [340, 64, 54];
  const slot = Math.min(18, width / Math.max(past.length, 1));
  const longest = Math.max(...past.map((one) => one.seconds ?? 0), 1e-9);
  const marks = past.map((one, i) => {
    const x = (i + 0.5) * slot;
    const words =
      `${timeText(one.run.started)}: ${statusWords[one.status]}` +
      (one.seconds === undefined ? "" : `, ${secondsText(one.seconds)}`);
    const title = shape("title", {}, words);
    if (one.status === "executed") {
      const tall = Math.max(2, ((one.seconds ?? 0) / longest) * (base - 8));
      return shape(
        "rect",
        { class: "bar executed", x: x - slot * 0.32, y: base - tall, width: slot * 0.64, height: tall },
        title,
      );
    }
    if (one.status === "cached")
      return shape("circle", { class: "hit", cx: x, cy: base - 4, r: Math.min(3.5, slot * 0.3) }, title);
    const arm = Math.min(4, slot * 0.35);
    return shape(
      "path",
      {
        class: `cross ${one.status}`,
        d: `M${x - arm},${base - 4 - arm}l${2 * arm},${2 * arm}m0,${-2 * arm}l${-2 * arm},${2 * arm}`,
      },
      title,
    );
  });
  return shape(
    "svg",
    { class: "chart past", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": pastSummary(past) },
    shape("line", { class: "axis", x1: 0, x2: width, y1: base, y2: base }),
    ...marks,
  );
}
