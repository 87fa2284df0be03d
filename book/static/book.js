/* Two things that a page cannot say in HTML alone: what scrolls can be reached with the keyboard, and a link to a
   figure's code opens the fold that holds it. */
"use strict";

function reach(element) {
  if (element.scrollWidth <= element.clientWidth) return;
  element.tabIndex = 0;
  if (element.tagName === "PRE" || element.tagName === "A") return;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", "Table, scrolls sideways");
}

function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const cell = target && (target.closest("div.cell") || target.querySelector("div.cell"));
  for (const fold of cell ? cell.querySelectorAll("details") : []) fold.open = true;
}

document.querySelectorAll(".table-wrapper, .output.text_html, article pre").forEach(reach);
addEventListener("hashchange", unfold);
unfold();
