// ---- What the reader has chosen. Every part of the page listens for changes, and none knows another.

const state = {
  selected: null, // index of an item
  phase: data.run ? "after" : "before", // which picture is shown
  statuses: new Set(), // nodes of these are shown; empty: all
  query: "", // lower case
  folded: new Set(clusters.filter((cluster) => cluster.folded).map((cluster) => cluster.index)),
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

/** Whether one box stands for an item and for all of its cluster. */
const isFoldedAway = (item) => item.cluster !== undefined && state.folded.has(item.cluster);

/** Folds some clusters, and unfolds all others. */
function fold(folded) {
  change({ folded: new Set(folded) });
}

/** Selects an item or, with null, none. What is folded away unfolds. `center`: the graph moves there; `focusPanel`: so does the focus. */
function select(index, { center = false, focusPanel = false } = {}) {
  const folded = new Set(state.folded);
  const unfolds = index !== null && folded.delete(items[index].cluster);
  change(unfolds ? { selected: index, folded } : { selected: index });
  if (index === null) return;
  if (center) centerOn(index);
  if (focusPanel) focusOnPanel();
}
