// ---- Arrows of folded clusters: what leads to their nodes from outside, and from them, leads to their boxes.

const headLength = 7.5; // of an arrow, in the picture's units
const headHalfWidth = 2.7;

/** Which element stands for an item now; null where none does. */
function shownElement(shown, index) {
  return isFoldedAway(items[index]) ? shown.clusters[items[index].cluster].box : shown.boxes[index];
}

function shownName(index) {
  return isFoldedAway(items[index]) ? clusters[items[index].cluster].value || "(empty)" : items[index].name;
}

/** The arrows of folded clusters, one for all between the same two boxes: [{from, to, arrows}]. */
function joinedArrows(shown) {
  const joined = new Map();
  for (const arrow of shown.arrows) {
    if (!isFoldedAway(items[arrow.from]) && !isFoldedAway(items[arrow.to])) continue;
    const [from, to] = [shownElement(shown, arrow.from), shownElement(shown, arrow.to)];
    if (from === to) continue;
    const key = `${from.id} ${to.id}`;
    if (!joined.has(key)) joined.set(key, { from, to, arrows: [] });
    joined.get(key).arrows.push(arrow);
  }
  return [...joined.values()];
}

/** The side of a box, as a direction, on which an arrow to another place leaves it: right or left, as in all of the
 * picture, unless the two stand above each other. */
function sideTowards(here, there) {
  const leastGap = 40;
  const isRight = there.left > here.left;
  const isBelow = there.top > here.top;
  const gap = isRight ? there.left - here.left - here.width : here.left - there.left - there.width;
  const upright = isBelow ? there.top - here.top - here.height : here.top - there.top - there.height;
  return gap >= Math.min(leastGap, Math.max(0, upright))
    ? { x: isRight ? 1 : -1, y: 0 }
    : { x: 0, y: isBelow ? 1 : -1 };
}

/** Gives each end of the arrows a point: on a side of a folded box they lie in the order of what they lead to. */
function placeEnds(shown, joined) {
  const sides = new Map();
  for (const one of joined) {
    const places = [shown.place(one.from), shown.place(one.to)];
    one.ends = places.map((here, at) => {
      const there = places[1 - at];
      const end = { here, there, side: sideTowards(here, there), part: 0.5 };
      const element = at === 0 ? one.from : one.to;
      const key = `${element.id} ${end.side.x} ${end.side.y}`;
      if (element.classList.contains("folded")) sides.set(key, [...(sides.get(key) ?? []), end]);
      return end;
    });
  }
  for (const ends of sides.values()) {
    const across = ({ there, side }) =>
      side.x === 0 ? there.left + there.width / 2 : there.top + there.height / 2;
    ends.sort((a, b) => across(a) - across(b));
    ends.forEach((end, at) => (end.part = 0.15 + (0.7 * (at + 0.5)) / ends.length));
  }
  for (const end of joined.flatMap((one) => one.ends)) {
    const { here, side, part } = end;
    end.x = shown.origin.x + here.left + here.width * (side.x === 0 ? part : (side.x + 1) / 2);
    end.y = shown.origin.y + here.top + here.height * (side.y === 0 ? part : (side.y + 1) / 2);
  }
}

/** An arrow of the picture's own kind, along another way. */
function arrowElement({ arrows, ends: [from, to] }) {
  const kind = arrows.find(({ element }) => !element.classList.contains("faint")) ?? arrows[0];
  const made = kind.element.cloneNode(true);
  made.removeAttribute("id");
  made.classList.remove("away");
  const many = arrows.length === 1 ? "" : ` (${arrows.length} dependencies)`;
  made.querySelector("title").textContent =
    `${shownName(arrows[0].from)} → ${shownName(arrows[0].to)}${many}`;
  const base = { x: to.x + headLength * to.side.x, y: to.y + headLength * to.side.y };
  const [wide, high] = [Math.abs(base.x - from.x), Math.abs(base.y - from.y)];
  // Not so far that it would turn back.
  const bend = Math.max(12, Math.min(0.4 * Math.hypot(wide, high), 0.8 * (from.side.x === 0 ? high : wide)));
  const control = (point, side) => `${point.x + bend * side.x},${point.y + bend * side.y}`;
  made
    .querySelector("path")
    .setAttribute(
      "d",
      `M${from.x},${from.y}C${control(from, from.side)} ${control(base, to.side)} ${base.x},${base.y}`,
    );
  const aside = { x: headHalfWidth * to.side.y, y: headHalfWidth * to.side.x };
  made
    .querySelector("polygon")
    .setAttribute(
      "points",
      `${base.x - aside.x},${base.y - aside.y} ${to.x},${to.y} ${base.x + aside.x},${base.y + aside.y}`,
    );
  return made;
}

function showJoinedArrows(shown) {
  for (const { element } of shown.joined) element.remove();
  shown.joined = joinedArrows(shown);
  placeEnds(shown, shown.joined);
  for (const one of shown.joined) one.element = arrowElement(one);
  // As all arrows: above frames, and under titles and boxes.
  shown.clusters[0]?.title.before(...shown.joined.map((one) => one.element));
}
