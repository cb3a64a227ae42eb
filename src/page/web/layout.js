// ---- The frame around all of it: tabs, the splitter, light and dark, and the list of keys.

const tabs = [...document.querySelectorAll("[role=tab]")];

function showTab(tab) {
  for (const other of tabs) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    byId(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
}

for (const [at, tab] of tabs.entries()) {
  tab.addEventListener("click", () => showTab(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    showTab(next);
    next.focus();
  });
}

// The splitter: what part of the height the lists have, in percent.
const splitter = byId("page-splitter");

function split(percent) {
  const part = Math.round(Math.max(10, Math.min(90, percent)));
  byId("page-main").style.setProperty("--lower", `${part}%`);
  splitter.setAttribute("aria-valuenow", String(part));
}

splitter.addEventListener("pointerdown", (event) => splitter.setPointerCapture(event.pointerId));
splitter.addEventListener("pointermove", (event) => {
  if (!splitter.hasPointerCapture(event.pointerId)) return;
  const { bottom, height } = byId("page-main").getBoundingClientRect();
  split((100 * (bottom - event.clientY)) / height);
});
splitter.addEventListener("keydown", (event) => {
  const step = { ArrowUp: 5, ArrowDown: -5 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  split(Number(splitter.getAttribute("aria-valuenow")) + step);
});

// Light or dark: as the system has it, until the button says otherwise.
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () =>
  (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";

function showTheme() {
  byId("page-theme").setAttribute("aria-pressed", String(isDark()));
}
function toggleTheme() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
}
byId("page-theme").addEventListener("click", toggleTheme);
prefersDark.addEventListener("change", showTheme);

// Before and after the run.
const phases = [...document.querySelectorAll("#page-phase input")];
for (const phase of phases) phase.addEventListener("change", () => change({ phase: phase.value }));

function togglePhase() {
  if (data.run === null) return;
  change({ phase: state.phase === "before" ? "after" : "before" });
  announce(state.phase === "before" ? "Before the run" : "After the run");
}
function showPhase() {
  for (const phase of phases) phase.checked = phase.value === state.phase;
}
listen(showPhase);

const help = byId("page-help");
byId("page-help-button").addEventListener("click", () => help.showModal());

/** Esc: what was done last is undone first. */
function stepBack() {
  if (state.selected !== null) closePanel();
  else if (isFiltered()) clearFilter();
}

const shortcuts = {
  "/": () => {
    query.focus();
    query.select();
  },
  "+": () => zoom(zoomStep),
  "=": () => zoom(zoomStep),
  "-": () => zoom(1 / zoomStep),
  0: fit,
  n: () => goToFound(1),
  p: () => goToFound(-1),
  b: togglePhase,
  f: toggleAllFolds,
  d: toggleTheme,
  1: () => showTab(tabs[0]),
  2: () => showTab(tabs[1]),
  3: () => showTab(tabs[2]),
  "?": () => help.showModal(),
  Escape: stepBack,
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input[type=search]");
  if (isTyping || help.open || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
    return;
  const act = shortcuts[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
