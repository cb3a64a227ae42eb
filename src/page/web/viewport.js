// ---- Where the graph stands in its viewport: moving and zooming.

const viewport = byId("page-viewport");
const canvas = byId("page-canvas");

const smallestScale = 0.002;
const largestScale = 8;
const readableScale = 0.7;
const panStep = 60; // pixels, for an arrow key
const zoomStep = 1.25;
const fitMargin = 16; // pixels

// A point p of the picture is shown at (x + scale * p.x, y + scale * p.y).
const view = { x: 0, y: 0, scale: 1, isFit: true };
let settling = 0;

function place() {
  canvas.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  // While it moves, the painted graph is moved as it is, which is quick; at rest it is painted sharply.
  canvas.classList.add("moving");
  clearTimeout(settling);
  settling = setTimeout(() => canvas.classList.remove("moving"), 160);
}

/** Shows all of the graph; not larger than it was drawn. */
function fit() {
  const { width, height } = picture().size;
  const room = { width: viewport.clientWidth - 2 * fitMargin, height: viewport.clientHeight - 2 * fitMargin };
  view.scale = Math.max(smallestScale, Math.min(1.3, room.width / width, room.height / height));
  view.x = (viewport.clientWidth - width * view.scale) / 2;
  view.y = (viewport.clientHeight - height * view.scale) / 2;
  view.isFit = true;
  place();
}

/** How the graph is first seen: all of it, or its beginning where all of it would be too small to be read. */
function showStart() {
  const first = items.findIndex((item) => item.box !== undefined);
  fit();
  if (view.scale >= 0.25 || first < 0) return;
  centerOn(first);
  view.x = fitMargin;
  place();
}

function pan(x, y) {
  view.x += x;
  view.y += y;
  view.isFit = false;
  place();
}

/** Zooms around a point of the viewport, by default its middle. */
function zoom(factor, at = { x: viewport.clientWidth / 2, y: viewport.clientHeight / 2 }) {
  const scale = Math.max(smallestScale, Math.min(largestScale, view.scale * factor));
  view.x = at.x - ((at.x - view.x) * scale) / view.scale;
  view.y = at.y - ((at.y - view.y) * scale) / view.scale;
  view.scale = scale;
  view.isFit = false;
  place();
}

/** Moves a part of the picture to the middle, at a scale at which it can be read. */
function centerOnPlace({ left, top, width, height }) {
  view.scale = Math.max(view.scale, readableScale);
  view.x = viewport.clientWidth / 2 - view.scale * (left + width / 2);
  view.y = viewport.clientHeight / 2 - view.scale * (top + height / 2);
  view.isFit = false;
  place();
}

/** The same with an item. */
function centerOn(index) {
  const frame = picture().frame(index);
  if (frame !== null) centerOnPlace(frame);
}

/** Moves a part of the picture into sight, if it is not. */
function revealPlace(frame) {
  const left = view.x + view.scale * frame.left;
  const top = view.y + view.scale * frame.top;
  const isSeen =
    left >= 0 &&
    top >= 0 &&
    left + view.scale * frame.width <= viewport.clientWidth &&
    top + view.scale * frame.height <= viewport.clientHeight &&
    view.scale >= 0.3;
  if (!isSeen) centerOnPlace(frame);
}

/** The same with an item. */
function reveal(index) {
  const frame = picture().frame(index);
  if (frame !== null) revealPlace(frame);
}

const pointInViewport = (event) => {
  const { left, top } = viewport.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
};

/** Dragging with a mouse, a pen or a finger; two fingers zoom. Calls `click` where nothing was dragged. */
function followPointers(click) {
  const dragThreshold = 4;
  const held = new Map();
  let isDragged = false;

  viewport.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held.set(event.pointerId, pointInViewport(event));
    isDragged = held.size > 1;
  });
  viewport.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (before === undefined) return;
    const now = pointInViewport(event);
    if (!isDragged && Math.hypot(now.x - before.x, now.y - before.y) < dragThreshold) return;
    if (!isDragged) viewport.setPointerCapture(event.pointerId);
    isDragged = true;
    viewport.classList.add("dragged");
    held.set(event.pointerId, now);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) return pan(now.x - before.x, now.y - before.y);
    const distance = (point) => Math.hypot(point.x - other.x, point.y - other.y);
    zoom(distance(now) / Math.max(1, distance(before)), other);
  });
  const release = (event) => {
    held.delete(event.pointerId);
    viewport.classList.remove("dragged");
  };
  viewport.addEventListener("pointerup", release);
  viewport.addEventListener("pointercancel", release);
  viewport.addEventListener("click", (event) => {
    if (!isDragged) click(event);
    isDragged = false;
  });
}

viewport.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1);
    // A touchpad's pinch comes as small steps with Ctrl.
    zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0018)), pointInViewport(event));
  },
  { passive: false },
);

viewport.addEventListener("keydown", (event) => {
  if (event.target !== viewport) return;
  const steps = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  pan(step[0] * panStep, step[1] * panStep);
});

// A browser scrolls what gets the focus into sight; here the graph moves instead.
viewport.addEventListener("scroll", () => viewport.scrollTo(0, 0));

byId("page-zoom-in").addEventListener("click", () => zoom(zoomStep));
byId("page-zoom-out").addEventListener("click", () => zoom(1 / zoomStep));
byId("page-zoom-fit").addEventListener("click", fit);
new ResizeObserver(() => {
  if (view.isFit) fit();
}).observe(viewport);
