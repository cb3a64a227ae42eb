// ---- The search: filters while one types, and goes from one node found to the next.

const query = byId("page-query");

/** Those found by name come first. */
function foundItems() {
  if (state.query === "") return [];
  const found = items.filter((item) => isShown(item));
  const isNamed = (item) => item.name.toLowerCase().includes(state.query);
  return [...found.filter(isNamed), ...found.filter((item) => !isNamed(item))].map((item) => item.index);
}

/** Selects the next item found, or the one before with -1. */
function goToFound(step) {
  const found = foundItems();
  if (found.length === 0) return;
  const at = found.indexOf(state.selected);
  const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : (at + step + found.length) % found.length;
  select(found[next], { center: true });
  announce(`${items[found[next]].name}, ${next + 1} of ${found.length}`);
}

function showFound() {
  const found = foundItems();
  const at = found.indexOf(state.selected);
  byId("page-found").textContent =
    state.query === ""
      ? ""
      : found.length === 0
        ? "nothing found"
        : at < 0
          ? `${found.length} found`
          : `${at + 1} of ${found.length}`;
}

query.addEventListener("input", () => change({ query: query.value.trim().toLowerCase() }));
query.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  if (query.value === "") return viewport.focus();
  query.value = "";
  change({ query: "" });
});
byId("page-search").addEventListener("submit", (event) => event.preventDefault());
byId("page-search").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  goToFound(event.shiftKey ? -1 : 1);
});
listen(showFound);
