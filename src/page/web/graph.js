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
  const { boxes, arrows, svg } = picture();
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
  for (const arrow of arrows) {
    arrow.element.classList.toggle("related", related !== null && isRelatedArrow(arrow, related));
    arrow.element.classList.toggle("found", isShown(items[arrow.from]) && isShown(items[arrow.to]));
  }
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

/** The item to which an arrow key leads from another one. */
function neighbour(index, key) {
  const middle = (i) => {
    const frame = picture().frame(i);
    return frame && { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
  };
  const here = middle(index);
  const along = { ArrowLeft: items[index].up, ArrowRight: items[index].down }[key];
  const side = key === "ArrowUp" ? -1 : 1;
  let best = null;
  for (const other of along ?? items.keys()) {
    const there = other === index ? null : middle(other);
    if (there === null || there === undefined) continue;
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
  const next = neighbour(index, event.key);
  if (next !== null) focusBox(next);
});

canvas.addEventListener("focusin", (event) => {
  const index = itemOf(event.target);
  if (index === null) return;
  moveTabStop(index);
  if (event.target.matches(":focus-visible")) reveal(index);
});

followPointers((event) => {
  select(itemOf(event.target));
});

listen((changes) => {
  if (changes.phase !== undefined) {
    canvas.replaceChildren(picture().svg);
    moveTabStop(tabStop);
  }
  if (changes.selected !== undefined && changes.selected !== null) moveTabStop(changes.selected);
  paint();
});
