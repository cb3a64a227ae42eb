// ---- The data of the page, as src/page/page_data.cpp writes it, and what follows from it.

const data = JSON.parse(document.getElementById("page-data").textContent);
const nodes = data.nodes;
const statusWords = data.statuses;

// Nodes, and behind them the inputs: all that has a box. Each knows its index here, and those that it needs
// (`up`) and that need it (`down`).
const items = [...nodes, ...data.inputs];
items.forEach((item, index) => {
  item.index = index;
  item.isInput = index >= nodes.length;
  item.up = item.isInput ? [] : [...item.needs, ...item.inputs.map((input) => nodes.length + input)];
  item.down = [];
});
for (const item of items) for (const needed of item.up) items[needed].down.push(item.index);

// Frames of the graph, which nodes with one value of a tag share. A node knows its cluster's index.
const { clusters } = data;
clusters.forEach((cluster, index) => {
  cluster.index = index;
  for (const node of cluster.nodes) nodes[node].cluster = index;
});

const criticalNodes = new Set(data.run ? data.run.critical_path.nodes : []);

/** All items that lead to this one ("up") or that it leads to ("down"), without itself. */
function reach(index, direction) {
  const found = new Set();
  const left = [index];
  while (left.length > 0) {
    for (const next of items[left.pop()][direction]) {
      if (found.has(next)) continue;
      found.add(next);
      left.push(next);
    }
  }
  return found;
}
