// The drawing on a report: pointing at a box, or reaching it by keyboard, shows what it is linked with.
"use strict";
for (const graph of document.querySelectorAll("svg.graph")) {
  const nodes = [...graph.querySelectorAll(".node")];
  const edges = [...graph.querySelectorAll(".edge")];
  const show = (name) => {
    const near = new Set([name]);
    for (const edge of edges) {
      const touches = edge.dataset.from === name || edge.dataset.to === name;
      edge.classList.toggle("dim", name !== null && !touches);
      if (touches) near.add(edge.dataset.from).add(edge.dataset.to);
    }
    for (const node of nodes) node.classList.toggle("dim", name !== null && !near.has(node.dataset.name));
  };
  for (const node of nodes) {
    node.setAttribute("tabindex", "0");
    for (const event of ["mouseenter", "focus"]) node.addEventListener(event, () => show(node.dataset.name));
    for (const event of ["mouseleave", "blur"]) node.addEventListener(event, () => show(null));
  }
}
