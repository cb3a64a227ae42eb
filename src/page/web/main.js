// ---- All parts, put on the page.

function summaryText() {
  const counts = `${countText(nodes.length, "node")}, ${countText(data.inputs.length, "input")}`;
  if (data.run === null) return `${data.cell} · ${counts} · not run`;
  const parts = [
    data.cell,
    `${data.run.status === "dry-run" ? "dry run" : `run ${data.run.status}`} · ${timeText(data.run.started)}`,
  ];
  const cached = nodes.filter((node) => node.status === "cached").length;
  const takingPart = nodes.filter(
    (node) => node.status && !["unneeded", "overridden"].includes(node.status),
  ).length;
  if (takingPart > 0) parts.push(`${percentText(cached, takingPart)} from the cache`);
  if (data.run.status !== "dry-run") parts.push(secondsText(data.run.seconds));
  if (data.run.saved_seconds > 0) parts.push(`${secondsText(data.run.saved_seconds)} saved`);
  return parts.join(" · ");
}

byId("page-summary").textContent = summaryText();
byId("page-phase").hidden = data.run === null;
showPhase();
showTheme();
showLegend();
showTable();
makeTimeline();
showRuns();
split(data.run === null ? 26 : 38);
showTab(tabs[0]);
moveTabStop(firstItemInSight());
moveTitleStop(0);
showFolds();
showStart();
paint();
