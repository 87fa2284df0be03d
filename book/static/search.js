/* What a search found, claims and chapters first, each with its verdict or answer from a small list in the page, so
   that nothing is fetched and a book that is opened from a disk can be searched too. Sphinx finds the pages. */
"use strict";

const KINDS = { claims: ["claim", "claims"], notebooks: ["chapter", "chapters"], reference: ["function", "functions"] };
const IN_TITLE = 20, IN_WORDS = 8, CHAPTER = 4;
const LISTED = ["claims", "notebooks"];

const kindOf = (name) => (name === "claims/index" || name === "reference/index" ? "" : name.split("/")[0]);
const stems = (text, stemmer) => new Set(splitQuery(text.toLowerCase()).map((word) => stemmer.stemWord(word)));
const counted = (number, [one, many]) => `${number} ${number === 1 ? one : many}`;

/** Pages that have all the words, each once with its best score; a function is a page of its own. */
function pagesWith([query, terms, ...rest]) {
  const best = new Map();
  for (const [name, title, anchor, , score, , kind] of Search._performSearch(query, terms, ...rest)) {
    const key = kind === SearchResultKind.object ? name + anchor : name;
    if (!best.has(key) || best.get(key).score < score) best.set(key, { name, title, anchor, score });
  }
  return best;
}

/** The same where any of the words will do. */
function pagesWithAny([query, terms, ...rest]) {
  const some = new Map();
  for (const term of terms) {
    for (const [key, page] of pagesWith([query, new Set([term]), ...rest])) {
      some.set(key, { ...page, score: page.score + (some.get(key)?.score ?? 0) });
    }
  }
  return some;
}

function weigh(page, terms, stemmer) {
  const known = window.ballastPages[page.name];
  if (!known) return page;
  const hits = (text) => [...terms].filter((term) => stems(text, stemmer).has(term)).length;
  const said = IN_TITLE * hits(known.title) + IN_WORDS * hits(`${known.said} ${known.words}`);
  const extra = said && kindOf(page.name) === "notebooks" ? said + CHAPTER : said;
  return { ...page, ...known, anchor: "", score: page.score + extra };
}

function element(tag, className, text) {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function entry({ name, title, anchor, label, column, said }) {
  const item = element("li", "", "");
  const link = element("a", "", title);
  link.href = `${name}.html${anchor}`;
  item.append(link);
  if (label) item.append(" ", element("span", `verdict ${column.replaceAll(" ", "-")}`, label));
  if (said) item.append(element("p", "said", said));
  return item;
}

function list(pages) {
  const all = element("ul", "search", "");
  all.append(...pages.map(entry));
  return all;
}

function show(query) {
  Search.stopPulse();
  Search.dots.remove();
  const asked = Search._parseQuery(query), stemmer = new Stemmer();
  let found = pagesWith(asked);
  const partly = !found.size && asked[1].size > 1;
  if (partly) found = pagesWithAny(asked);
  const sorted = [...found.values()].map((page) => weigh(page, asked[1], stemmer))
    .sort((a, b) => b.score - a.score || a.title.localeCompare(b.title));
  const first = sorted.filter(({ name }) => LISTED.includes(kindOf(name)));
  const code = sorted.filter(({ name }) => kindOf(name) === "reference");
  const others = sorted.filter((page) => !first.includes(page) && !code.includes(page));
  const parts = Object.entries(KINDS).map(([kind, words]) =>
    [sorted.filter(({ name }) => kindOf(name) === kind).length, words]);
  parts.splice(2, 0, [others.length, ["other page", "other pages"]]);
  const numbers = parts.filter(([number]) => number).map(([number, words]) => counted(number, words));
  Search.title.textContent = `Found for \u201c${query}\u201d`;
  Search.status.setAttribute("role", "status");
  if (first.length + others.length === 0) {
    const named = code.length ? ` In the program: ${counted(code.length, KINDS.reference)}.` : "";
    Search.status.textContent = "No page has these words. Numbers alone and very common words are not searched;"
      + ` every claim stands on the page \u2018The claims\u2019.${named}`;
  } else {
    const all = new Intl.ListFormat("en").format(numbers);
    Search.status.textContent = partly ? `No page has all of these words. Some of them: ${all}.` : `${all}.`;
  }
  Search.output.replaceWith(list(first), list(others));
  if (!code.length) return;
  const fold = document.createElement("details");
  fold.open = first.length + others.length === 0;
  fold.append(element("summary", "", `${counted(code.length, KINDS.reference)} and modules of the program`), list(code));
  document.getElementById("search-results").append(fold);
}

Search.query = show;
