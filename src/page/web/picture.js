// ---- The pictures that hamcell drew: one is shown, the other one waits in a template.

/** The rectangle around a shape by its own numbers, since a browser knows no size of what is hidden. */
function boundsOf(shapeElement) {
  const numbers = (shapeElement.getAttribute("points") ?? shapeElement.getAttribute("d"))
    .match(/-?\d+(\.\d+)?/g)
    .map(Number);
  const along = (first) => numbers.filter((_, at) => at % 2 === first);
  const [left, top] = [Math.min(...along(0)), Math.min(...along(1))];
  return { left, top, width: Math.max(...along(0)) - left, height: Math.max(...along(1)) - top };
}

const titleHeight = 26; // in the picture's units: the band of a frame above its boxes

/** The name on a frame becomes the button that folds it: a band along the top, with a sign of what it does. */
function frameTitle(cluster, frame, box) {
  const { left, top, width } = boundsOf(frame.querySelector("path"));
  const texts = [...frame.querySelectorAll("text")];
  const middle = top + titleHeight / 2 + 2;
  return shape(
    "g",
    {
      id: `title_${cluster.id}`,
      class: "frame-title",
      "data-cluster": cluster.index,
      role: "button",
      tabindex: "-1",
      // "ml, owner · 3 nodes, 2 from cache, 1 executed, 1.2 s"
      "aria-label": [...box.querySelectorAll("text")].map((text) => text.textContent).join(", "),
    },
    shape("rect", { x: left + 3, y: top + 3, width: width - 6, height: titleHeight - 4, rx: 10 }),
    shape("path", { class: "sign", d: `M${left + 9},${middle - 2.5}h8l-4,5z` }),
    shape("g", { transform: "translate(6 0)" }, ...texts),
  );
}

/** What is found in a picture: the elements of boxes, arrows and clusters. */
class Picture {
  constructor(svg) {
    this.svg = svg;
    // An image would hide what is in it from screen readers, and a title would be a tooltip all over it.
    const description = svg.querySelector(":scope > desc");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", description ? description.textContent : data.title);
    svg.querySelector(":scope > title")?.remove();
    this.crop();
    this.places = new Map();
    this.findBoxes();
    this.findArrows();
    this.findClusters();
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

  /** Each with its frame, the title on it, and the box that stands for its nodes while it is folded. */
  findClusters() {
    const firstBox = this.svg.querySelector("#graph > g.box");
    this.clusters = clusters.map((cluster) => {
      const frame = this.svg.getElementById(cluster.id);
      const box = this.svg.getElementById(`folded_${cluster.id}`);
      const title = frameTitle(cluster, frame, box);
      // Above all arrows, which would strike it through.
      firstBox.before(title);
      box.dataset.cluster = cluster.index;
      // What it says is said by the title, which is there all the time.
      box.setAttribute("aria-hidden", "true");
      return { box, title, bounds: boundsOf(frame.querySelector("path")) };
    });
    this.joined = []; // arrows that stand for those of folded clusters
  }

  /** Where an element with a box is, in the picture's own units. */
  place(element) {
    if (!this.places.has(element)) {
      const { left, top, width, height } = boundsOf(element.querySelector("path, polygon"));
      this.places.set(element, { left: left - this.origin.x, top: top - this.origin.y, width, height });
    }
    return this.places.get(element);
  }

  /** Where the beginning of a frame's title is. */
  titlePlace(index) {
    const { left, top, width } = this.clusters[index].bounds;
    return {
      left: left - this.origin.x,
      top: top - this.origin.y,
      width: Math.min(width, 180),
      height: titleHeight,
    };
  }

  /** Where an item's box is; null where it is not drawn. */
  frame(index) {
    const box = this.boxes[index];
    return box === null ? null : this.place(box);
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
