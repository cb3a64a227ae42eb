// ---- The graph: what is selected, related and filtered, and the way from node to node with the keyboard.

/** Which items have to do with the selected one; null where none is. */
function relatedItems() {
  if (state.selected === null) return null;
  return { up: reach(state.selected, "up"), down: reach(state.selected, "down") };
}

/** Both ends lead to the selected item, or both come from it. */
function isRelatedArrow(arrow, related) {
  const isUp = (index) => index === state.selected || related.up.has(index);
  const isDown = (index) => index === state.selected || related.down.has(index);
  return (isUp(arrow.from) && isUp(arrow.to)) || (isDown(arrow.from) && isDown(arrow.to));
}

/** Marks in the picture what is selected, what has to do with it, and what search and filter leave. */
function paint() {
  const { boxes, arrows, joined, clusters: folds, svg } = picture();
  const related = relatedItems();
  svg.classList.toggle("has-selection", related !== null);
  svg.classList.toggle("is-filtered", isFiltered());
  boxes.forEach((box, index) => {
    if (box === null) return;
    const isSelected = index === state.selected;
    box.classList.toggle("selected", isSelected);
    box.classList.toggle(
      "related",
      isSelected || (related !== null && (related.up.has(index) || related.down.has(index))),
    );
    box.classList.toggle("found", isShown(items[index]));
    isSelected ? box.setAttribute("aria-pressed", "true") : box.removeAttribute("aria-pressed");
  });
  const isRelated = (arrow) => related !== null && isRelatedArrow(arrow, related);
  const isFound = (arrow) => isShown(items[arrow.from]) && isShown(items[arrow.to]);
  for (const arrow of arrows) {
    arrow.element.classList.toggle("related", isRelated(arrow));
    arrow.element.classList.toggle("found", isFound(arrow));
  }
  // What stands for several is what any of them is.
  for (const one of joined) {
    one.element.classList.toggle("related", one.arrows.some(isRelated));
    one.element.classList.toggle("found", one.arrows.some(isFound));
  }
  folds.forEach(({ box }, index) => {
    for (const name of ["selected", "related", "found"])
      box.classList.toggle(
        name,
        clusters[index].nodes.some((node) => boxes[node].classList.contains(name)),
      );
  });
}

/** The one box that Tab goes to: that of the selected item, else the last one that had the focus, else the first. */
let tabStop = null;
function moveTabStop(index) {
  const { boxes } = picture();
  if (tabStop !== null) boxes[tabStop]?.setAttribute("tabindex", "-1");
  tabStop = index;
  if (index !== null) boxes[index]?.setAttribute("tabindex", "0");
}

function focusBox(index) {
  moveTabStop(index);
  reveal(index);
  picture().boxes[index].focus({ preventScroll: true });
}

/** Focuses a box or, where it is folded away, the title of what it is folded into. */
function focusItem(index) {
  isFoldedAway(items[index]) ? focusTitle(items[index].cluster) : focusBox(index);
}

/** The item to which an arrow key leads from a place: one of `along`, or of all where that is undefined. */
function neighbour(place, along, key) {
  const middle = ({ left, top, width, height }) => ({ x: left + width / 2, y: top + height / 2 });
  const shown = picture();
  const here = middle(place);
  const side = key === "ArrowUp" ? -1 : 1;
  let best = null;
  for (const other of along ?? items.keys()) {
    const element = shownElement(shown, other);
    if (element === null) continue;
    const there = middle(shown.place(element));
    const down = (there.y - here.y) * side;
    if (!along && down <= 0) continue;
    // Up and down the column first, and only then beside it.
    const distance = along ? Math.abs(there.y - here.y) : down + 4 * Math.abs(there.x - here.x);
    if (best === null || distance < best.distance) best = { index: other, distance };
  }
  return best?.index ?? null;
}

const itemOf = (target) => {
  const box = target.closest?.("g.box[data-item]");
  return box ? Number(box.dataset.item) : null;
};

canvas.addEventListener("keydown", (event) => {
  const index = itemOf(event.target);
  if (index === null) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return select(index, { focusPanel: true });
  }
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const along = { ArrowLeft: items[index].up, ArrowRight: items[index].down }[event.key];
  const next = neighbour(picture().frame(index), along, event.key);
  if (next !== null) focusItem(next);
});

canvas.addEventListener("focusin", (event) => {
  const index = itemOf(event.target);
  if (index === null) return;
  moveTabStop(index);
  if (event.target.matches(":focus-visible")) reveal(index);
});

followPointers((event) => {
  const cluster = clusterOf(event.target);
  cluster === null ? select(itemOf(event.target)) : toggleFold(cluster);
});

listen((changes) => {
  if (changes.phase !== undefined) {
    canvas.replaceChildren(picture().svg);
    moveTabStop(tabStop);
    moveTitleStop(titleStop);
  }
  if (changes.phase !== undefined || changes.folded !== undefined) showFolds();
  if (changes.selected !== undefined && changes.selected !== null) moveTabStop(changes.selected);
  paint();
});
