// ---- What the reader has chosen. Every part of the page listens for changes, and none knows another.

const state = {
  selected: null, // index of an item
  phase: data.run ? "after" : "before", // which picture is shown
  statuses: new Set(), // nodes of these are shown; empty: all
  query: "", // lower case
};
const listeners = [];

/** Calls `listener(changes)` after every change, with the members that changed. */
function listen(listener) {
  listeners.push(listener);
}

function change(changes) {
  Object.assign(state, changes);
  for (const listener of listeners) listener(changes);
}

const isFiltered = () => state.query !== "" || state.statuses.size > 0;

function matchesQuery(item) {
  if (state.query === "") return true;
  return [item.name, item.type, item.documentation ?? ""].some((text) =>
    text.toLowerCase().includes(state.query),
  );
}

/** Whether search and filter leave an item. */
function isShown(item) {
  return (state.statuses.size === 0 || state.statuses.has(item.status)) && matchesQuery(item);
}

/** Selects an item or, with null, none. `center`: the graph moves there; `focusPanel`: so does the focus. */
function select(index, { center = false, focusPanel = false } = {}) {
  change({ selected: index });
  if (index === null) return;
  if (center) centerOn(index);
  if (focusPanel) focusOnPanel();
}
