// ---- Elements. Whatever comes from a cell becomes text, and never markup.

const svgNamespace = "http://www.w3.org/2000/svg";

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An element of HTML. Attributes that are functions are event listeners; children that are strings are text. */
function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same of SVG. */
function shape(name, attributes = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, name), attributes, children);
}

const byId = (id) => document.getElementById(id);

/** Tells those who do not see the page. */
function announce(text) {
  byId("page-status").textContent = text;
}

/** A button with an item's name that goes to the item. */
function itemButton(index) {
  const item = items[index];
  return element(
    "button",
    {
      type: "button",
      class: item.isInput ? "item input" : `item ${item.status ?? ""}`,
      click: () => select(index, { center: true, focusPanel: true }),
    },
    item.name,
  );
}

/** A sample of how the pictures show a status. */
const swatch = (status) => element("span", { class: `swatch ${status}`, "aria-hidden": "true" });
