// ---- Frames that fold: one box then stands for their nodes, where they were.

/** Brings the picture to what is folded now. */
function showFolds() {
  const shown = picture();
  const lost = itemOf(document.activeElement);
  shown.clusters.forEach(({ box, title }, index) => {
    const isFolded = state.folded.has(index);
    title.setAttribute("aria-expanded", String(!isFolded));
    isFolded ? box.removeAttribute("display") : box.setAttribute("display", "none");
  });
  shown.boxes.forEach((box, index) => box?.classList.toggle("away", isFoldedAway(items[index])));
  for (const { from, to, element } of shown.arrows)
    element.classList.toggle("away", isFoldedAway(items[from]) || isFoldedAway(items[to]));
  showJoinedArrows(shown);
  if (tabStop === null || isFoldedAway(items[tabStop])) moveTabStop(firstItemInSight());
  if (lost !== null && isFoldedAway(items[lost])) focusTitle(items[lost].cluster);
  showFoldButton();
}

/** The first item with a box of its own; null where every one is folded away. */
function firstItemInSight() {
  const found = items.findIndex((item) => item.box !== undefined && !isFoldedAway(item));
  return found < 0 ? null : found;
}

/** Folds or unfolds one cluster. */
function toggleFold(index) {
  const folded = new Set(state.folded);
  if (!folded.delete(index)) folded.add(index);
  fold(folded);
}

const isAllFolded = () => state.folded.size === clusters.length;

/** Folds all clusters; where all are, unfolds them. */
function toggleAllFolds() {
  if (clusters.length === 0) return;
  const isUnfolding = isAllFolded();
  fold(isUnfolding ? [] : clusters.keys());
  announce(`${countText(clusters.length, "frame")} ${isUnfolding ? "unfolded" : "folded"}`);
}

const foldButton = byId("page-fold");
foldButton.addEventListener("click", toggleAllFolds);
function showFoldButton() {
  foldButton.hidden = clusters.length === 0;
  foldButton.textContent = isAllFolded() ? "Unfold all" : "Fold all";
}

/** The one title that Tab goes to. */
let titleStop = 0;
function moveTitleStop(index) {
  const { clusters: frames } = picture();
  frames[titleStop]?.title.setAttribute("tabindex", "-1");
  titleStop = index;
  frames[index]?.title.setAttribute("tabindex", "0");
}

function focusTitle(index) {
  moveTitleStop(index);
  picture().clusters[index].title.focus({ preventScroll: true });
}

const clusterOf = (target) => {
  const found = target.closest?.(".frame-title, g.box.folded");
  return found ? Number(found.dataset.cluster) : null;
};

/** To the title of the next frame, or of the one before, from left to right. */
function goToTitle(index, step) {
  const order = [...picture().clusters.entries()]
    .sort(([, { bounds: a }], [, { bounds: b }]) => a.left - b.left || a.top - b.top)
    .map(([at]) => at);
  focusTitle(order[(order.indexOf(index) + step + order.length) % order.length]);
}

/** From a title along the arrows of its box; from that of an open frame, to a node in it. */
function leaveTitle(index, key) {
  const inside = clusters[index].nodes;
  const along = inside.flatMap((node) => items[node][key === "ArrowLeft" ? "up" : "down"]);
  const candidates = state.folded.has(index)
    ? along.filter((item) => items[item].cluster !== index)
    : inside;
  const here = state.folded.has(index)
    ? picture().place(picture().clusters[index].box)
    : picture().titlePlace(index);
  const next = neighbour(here, candidates, key);
  if (next !== null) focusItem(next);
}

const titleKeys = {
  Enter: toggleFold,
  " ": toggleFold,
  ArrowUp: (index) => goToTitle(index, -1),
  ArrowDown: (index) => goToTitle(index, 1),
  ArrowLeft: (index) => leaveTitle(index, "ArrowLeft"),
  ArrowRight: (index) => leaveTitle(index, "ArrowRight"),
};
canvas.addEventListener("keydown", (event) => {
  const index = clusterOf(event.target);
  const act = titleKeys[event.key];
  if (index === null || act === undefined) return;
  event.preventDefault();
  act(index);
});

canvas.addEventListener("focusin", (event) => {
  const index = clusterOf(event.target);
  if (index === null) return;
  moveTitleStop(index);
  if (event.target.matches(":focus-visible")) revealPlace(picture().titlePlace(index));
});
