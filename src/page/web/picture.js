// ---- The pictures that hamcell drew: one is shown, the other one waits in a template.

/** What is found in a picture: the elements of boxes and arrows. */
class Picture {
  constructor(svg) {
    this.svg = svg;
    // An image would hide what is in it from screen readers, and a title would be a tooltip all over it.
    const description = svg.querySelector(":scope > desc");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", description ? description.textContent : data.title);
    svg.querySelector(":scope > title")?.remove();
    this.crop();
    this.frames = new Map();
    this.findBoxes();
    this.findArrows();
  }

  /** The page has a title and a legend of its own; what is left is as large as the graph. */
  crop() {
    for (const group of this.svg.querySelectorAll("#title, g.legend")) group.remove();
    const margin = 10;
    const graph = this.svg.querySelector("#graph");
    const { x, y, width, height } = graph.getBBox();
    const { e, f } = graph.transform.baseVal.consolidate().matrix;
    this.size = { width: width + 2 * margin, height: height + 2 * margin };
    this.origin = { x: x - margin, y: y - margin };
    this.svg.setAttribute(
      "viewBox",
      [x + e - margin, y + f - margin, this.size.width, this.size.height].join(" "),
    );
    this.svg.setAttribute("width", this.size.width);
    this.svg.setAttribute("height", this.size.height);
    // It was painted under all of the old picture.
    this.svg.querySelector(":scope > rect")?.remove();
  }

  findBoxes() {
    const elements = new Map();
    for (const box of this.svg.querySelectorAll("g.box")) elements.set(box.id, box);
    this.boxes = items.map((item) =>
      item.box === undefined ? null : (elements.get(`box_${item.box}`) ?? null),
    );
    this.boxes.forEach((box, index) => {
      if (box === null) return;
      const status = statusWords[items[index].status] ?? "";
      box.dataset.item = index;
      box.setAttribute("role", "button");
      box.setAttribute("tabindex", "-1");
      box.setAttribute(
        "aria-label",
        [items[index].name, items[index].isInput ? "input" : status].filter(Boolean).join(", "),
      );
    });
  }

  /** Each with the items that it leads from and to. */
  findArrows() {
    const elements = new Map();
    for (const arrow of this.svg.querySelectorAll("g.edge")) elements.set(arrow.id, arrow);
    this.arrows = [];
    for (const item of items)
      for (const from of item.up) {
        const found = elements.get(`arrow_${items[from].box}-${item.box}`);
        if (found) this.arrows.push({ from, to: item.index, element: found });
      }
  }

  /** Where a box is, in the picture's own units; null where it is not drawn. */
  frame(index) {
    const box = this.boxes[index];
    if (box === null) return null;
    if (!this.frames.has(index)) {
      const { x, y, width, height } = box.querySelector("path, polygon").getBBox();
      this.frames.set(index, { left: x - this.origin.x, top: y - this.origin.y, width, height });
    }
    return this.frames.get(index);
  }
}

// By the state that they show. Of the one that waits no size can be asked: it becomes a Picture when it is first shown.
const pictures = { [state.phase]: new Picture(document.querySelector("#page-canvas > svg")) };
const keptElement = byId("page-kept").content.querySelector("svg");

/** The picture of the state that is shown. */
function picture() {
  if (pictures[state.phase] === undefined) {
    byId("page-canvas").replaceChildren(keptElement);
    pictures[state.phase] = new Picture(keptElement);
  }
  return pictures[state.phase];
}
