/* Argue with the rule: applies a claim's own conditions to its figures with a reader's thresholds or another reading.
   The page is whole without it: it then says where the label turns. The data are in the page, and the answer is that of
   `ballast judge --set`. */
"use strict";

const CALLS = {
  all: (list) => list.every(Boolean),
  any: (list) => list.some(Boolean),
  sum: (list) => list.reduce((total, each) => total + Number(each), 0),
  min: (list, ...rest) => Math.min(...(Array.isArray(list) ? list : [list, ...rest])),
  max: (list, ...rest) => Math.max(...(Array.isArray(list) ? list : [list, ...rest])),
  len: (list) => list.length,
  abs: (value) => Math.abs(value),
};
const SIGNS = {
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
  "==": (a, b) => same(a) === same(b), "!=": (a, b) => same(a) !== same(b),
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
};

function same(value) {
  return typeof value === "boolean" ? Number(value) : value;
}

function truth(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function evaluate([kind, ...parts], figures) {
  switch (kind) {
    case "value": return parts[0];
    case "name": return figures[parts[0]];
    case "and": return parts.every((part) => truth(evaluate(part, figures)));
    case "or": return parts.some((part) => truth(evaluate(part, figures)));
    case "not": return !truth(evaluate(parts[0], figures));
    case "minus": return -evaluate(parts[0], figures);
    case "compare": {
      const [signs, ...terms] = parts;
      const values = terms.map((term) => evaluate(term, figures));
      return signs.every((sign, place) => SIGNS[sign](values[place], values[place + 1]));
    }
    case "call": return CALLS[parts[0]](...parts.slice(1).map((part) => evaluate(part, figures)));
    case "each": {
      const [each, name, list, ...tests] = parts;
      return evaluate(list, figures)
        .map((member) => ({ ...figures, [name]: member }))
        .filter((inner) => tests.every((test) => truth(evaluate(test, inner))))
        .map((inner) => evaluate(each, inner));
    }
    default: return SIGNS[kind](evaluate(parts[0], figures), evaluate(parts[1], figures));
  }
}

/* Numbers as Python's format language writes them, for the few formats that a threshold has. */
function written(value, format) {
  const [, sign, comma, places, kind] = /^(\+?)(,?)(?:\.(\d+))?([f%d]?)$/.exec(format) || [];
  if (format === "" || kind === undefined) return String(value);
  const scaled = kind === "%" ? 100 * value : value;
  const digits = kind === "f" || kind === "%" ? Number(places ?? 6) : undefined;
  const number = scaled.toLocaleString("en-US", {
    useGrouping: Boolean(comma), minimumFractionDigits: digits ?? 0, maximumFractionDigits: digits ?? 20,
  });
  return (sign && scaled >= 0 ? "+" : "") + number + (kind === "%" ? "%" : "");
}

function labelOf(rule, figures) {
  return rule.labels.find(([, condition]) => truth(evaluate(condition, figures)))[0];
}

function sentenceOf(said, figures) {
  const [, text] = said.find(([condition]) => truth(evaluate(condition, figures))) || [null, ""];
  return text.replace(/\{(\w+):([^}]*)\}/g, (_, name, format) => written(figures[name], format));
}

/* The nearest values on either side at which the label is another, found by steps that grow and then by halving. */
function turnsOf(rule, figures, name) {
  const { value: set, lowest, highest, whole } = rule.thresholds[name];
  const at = (value) => labelOf(rule, { ...figures, [name]: value });
  const here = figures[name], scale = Math.max(Math.abs(set), 1e-3), found = [];
  for (const way of [-1, 1]) {
    for (let step = whole ? 1 : scale / 100, inner = here; step <= 1000 * scale; step *= 1.25) {
      let outer = here + way * (whole ? Math.ceil(step) : step);
      if (lowest !== null) outer = Math.max(outer, lowest);
      if (highest !== null) outer = Math.min(outer, highest);
      if (at(outer) !== at(here)) {
        while (Math.abs(outer - inner) > (whole ? 1 : 1e-9 * Math.max(Math.abs(inner), Math.abs(outer)))) {
          const middle = whole ? Math.floor((inner + outer) / 2) : (inner + outer) / 2;
          if (at(middle) === at(inner)) inner = middle; else outer = middle;
        }
        found.push([outer, at(outer)]);
        break;
      }
      if (outer === lowest || outer === highest) break;
      inner = outer;
    }
  }
  return found;
}

function argue(root) {
  const rule = JSON.parse(root.querySelector("script").textContent);
  const initial = Object.fromEntries(Object.entries(rule.thresholds).map(([name, held]) => [name, held.value]));
  const choice = { reading: "", thresholds: { ...initial } };
  const form = document.createElement("form"), result = document.createElement("div");
  result.className = "result";
  result.setAttribute("role", "status");
  const inputs = {}, refused = [];

  if (Object.keys(rule.figures).length > 1) {
    const select = document.createElement("select");
    for (const name of Object.keys(rule.figures)) select.add(new Option(name || "the ledger's own", name));
    select.addEventListener("change", () => { choice.reading = select.value; show(); });
    form.append(labelled("Reading", select));
    inputs.reading = select;
  }
  for (const [name, held] of Object.entries(rule.thresholds)) {
    const input = document.createElement("input");
    input.type = "number";
    input.step = held.whole ? 1 : "any";
    if (held.lowest !== null) input.min = held.lowest;
    if (held.highest !== null) input.max = held.highest;
    input.value = held.value;
    input.addEventListener("input", () => { take(name, input.value); show(); });
    form.append(labelled(name, input));
    inputs[name] = input;
  }
  const reset = document.createElement("button");
  reset.type = "reset";
  reset.textContent = "Back to the ledger's rule";
  form.append(reset);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    Object.assign(choice, { reading: "", thresholds: { ...initial } });
    refused.length = 0;
    for (const [name, held] of Object.entries(rule.thresholds)) inputs[name].defaultValue = held.value;
    setTimeout(show);
  });

  function labelled(words, control) {
    const label = document.createElement("label");
    label.append(words, " ", control);
    return label;
  }

  function take(name, text) {
    const { lowest, highest, whole } = rule.thresholds[name];
    const value = text === "" ? NaN : Number(text);
    const fits = Number.isFinite(value) && (lowest === null || value >= lowest)
      && (highest === null || value <= highest) && (!whole || Number.isInteger(value));
    inputs[name].setAttribute("aria-invalid", String(!fits));
    if (fits) choice.thresholds[name] = value;
    return fits;
  }

  function line(...parts) {
    const paragraph = document.createElement("p");
    paragraph.append(...parts);
    return paragraph;
  }

  function show() {
    const held = rule.figures[choice.reading];
    const figures = { ...held.values, ...choice.thresholds };
    const badge = document.createElement("strong");
    badge.className = "label";
    badge.textContent = labelOf(rule, figures);
    const wrong = Object.entries(inputs).filter(([, input]) => input.getAttribute("aria-invalid") === "true");
    const lines = [line("The rule says: ", badge), line(`Measured: ${sentenceOf(held.said, figures)}.`)];
    for (const name of Object.keys(rule.thresholds)) {
      const turns = turnsOf(rule, figures, name).map(([value, label]) => `${Number(value.toPrecision(4))} (${label})`);
      if (turns.length) lines.push(line(`${name} turns the label at ${turns.join(" and ")}.`));
    }
    for (const [name, input] of wrong) {
      const fault = input.value ? `${input.value} is out of range` : "that is no number";
      lines.push(line(`${name}: ${fault}, so ${choice.thresholds[name]} stays.`));
    }
    result.replaceChildren(...lines, ...refused.map((words) => line(words)));
    const changed = Object.entries(choice.thresholds).filter(([name, value]) => value !== initial[name]);
    const query = new URLSearchParams(changed);
    if (choice.reading) query.set("reading", choice.reading);
    history.replaceState(null, "", query.size ? `#argue?${query}` : location.pathname + location.search);
  }

  for (const [name, text] of asked) {
    if (name === "reading" && text in rule.figures && inputs.reading) {
      choice.reading = inputs.reading.value = text;
    } else if (name in rule.thresholds) {
      inputs[name].value = text;
      take(name, text);
    } else {
      const what = name === "reading" ? `the reading \u2018${text}\u2019` : `the threshold \u2018${name}\u2019`;
      refused.push(`The address asks for ${what}, which cannot be chosen here; the ledger's own stays.`);
    }
  }
  root.replaceChildren(line("Change a threshold or the reading, and the rule above is applied again, in this page."
    + " The address keeps your choice."), form, result);
  show();
  if (asked.size) root.scrollIntoView();
}

/* What an address asks for after `#argue?`. */
const asked = new URLSearchParams(location.hash.startsWith("#argue?") ? location.hash.slice(7) : "");
const forms = document.querySelectorAll(".argue");
forms.forEach(argue);
if (asked.size && !forms.length) {
  const words = "The address asks for another threshold or reading, and nothing of this claim can be moved here.";
  const said = Object.assign(document.createElement("p"), { className: "argue", textContent: words });
  said.setAttribute("role", "status");
  document.querySelector("article h1").after(said);
}
