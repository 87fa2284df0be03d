/* What a page cannot do in HTML alone: one switch for all code, tables that fit a phone, and what still scrolls can be
   reached with the keyboard. Without this script each cell's code stands in a fold of its own. */
"use strict";

const KEPT = "ballast-code";
const folds = document.querySelectorAll("div.cell details.hide");

/** Storage may be refused, also for a book on a disk; the switch then holds for one page. */
function remembered() {
  try { return localStorage.getItem(KEPT) === "shown"; } catch { return false; }
}

function remember(shown) {
  try { localStorage.setItem(KEPT, shown ? "shown" : "hidden"); } catch { /* It holds for this page. */ }
}

function showCode(shown) {
  document.documentElement.classList.toggle("code-shown", shown);
  for (const fold of folds) fold.open = shown;
}

function offerSwitch() {
  const label = Object.assign(document.createElement("label"), { className: "code-switch" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: remembered() });
  box.setAttribute("role", "switch");
  box.addEventListener("change", () => { remember(box.checked); showCode(box.checked); });
  label.append(box, " Show the code");
  document.querySelector("article h1").after(label);
  document.documentElement.classList.add("code-switched");
  showCode(box.checked);
}

/** A link to a figure's code opens the fold that holds it, also where the switch is off. */
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const cell = target && (target.closest("div.cell") || target.querySelector("div.cell"));
  for (const fold of cell ? cell.querySelectorAll("details") : []) fold.open = true;
}

const NARROW = matchMedia("screen and (max-width: 46rem)");

const LONGEST_CARDS = 12;

/** Whether most of a table's figures, the first of each row apart, are numbers or missing. */
function ofNumbers(table) {
  const cells = [...table.querySelectorAll("tbody td:not(:first-child)")];
  return 2 * cells.filter((cell) => /^[-+(\u2212]?[\d.,]+|^-?$/.test(cell.textContent.trim())).length > cells.length;
}

/** A table too wide for a phone: each row becomes a card, in which every figure has its head beside it. A long table of
    numbers stays one, and scrolls under its heads and beside its first column. */
function stack(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent.trim());
  const body = table.tBodies[0];
  if (!heads.length || !body) return;
  if (body.rows.length > LONGEST_CARDS && ofNumbers(table)) {
    table.parentElement.classList.add("scrolls");
    return;
  }
  for (const row of body.rows) {
    [...row.cells].forEach((cell, place) => { cell.dataset.head = heads[place]; });
  }
  table.classList.add("stacked");
}

function reach(element) {
  if (element.scrollWidth <= element.clientWidth) return;
  if (NARROW.matches) element.querySelectorAll("table:not(#explorer table)").forEach(stack);
  if (element.scrollWidth <= element.clientWidth) return;
  element.tabIndex = 0;
  if (element.tagName === "PRE" || element.tagName === "A") return;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", "Table, scrolls sideways");
}

function fit() {
  document.querySelectorAll(".table-wrapper, .output.text_html, article pre").forEach(reach);
}

if (folds.length) offerSwitch();
fit();
NARROW.addEventListener("change", fit);
addEventListener("hashchange", unfold);
unfold();
