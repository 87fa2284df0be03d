/* The explorer of the book: two countries, four charts, one summary in words, one table. It fetches nothing: each
   country's figures are a script of their own, which also works where a page is opened from a disk. */
(() => {
  "use strict";
  const { files, countries, rollCalls, fewestVotes, customs } = window.ballastExplorer;
  const FOLDER = new URL("data/", document.currentScript.src);
  const EARLIEST = 1946;
  const LATEST = Math.max(rollCalls.at(-1)[0], 2025);
  const CUSTOMS_PAIR = ["RUS", "CHN"];
  const OPENS = { first: 1992, last: 2025 };
  const [LATE_SIGN, GUESS_SIGN] = ["\u25b3 2025, exports only", "\u25cb an estimate"];
  const at = (id) => document.getElementById(`explorer-${id}`);
  const menus = Object.fromEntries(["home", "partner", "source", "first", "last"].map((id) => [id, at(id)]));
  const known = (value) => value !== undefined && value !== null;
  let drawing = 0;

  /* ---- the figures ---- */

  function load(code) {
    if (files[code]) return Promise.resolve(files[code]);
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(`${code}.js`, FOLDER);
      script.onload = () => done(files[code]);
      script.onerror = () => failed(new Error(`The figures of ${countries[code]} could not be loaded.`));
      document.head.append(script);
    });
  }

  /** What one country reported of its trade with another: year -> {exports, imports, estimated}, million dollars. */
  function reports(file, partner) {
    const found = new Map();
    const [start, exports, imports, estimated] = file.trade?.[partner] ?? [0, [], [], []];
    for (let place = 0; place < Math.max(exports.length, imports.length); place++) {
      if (!known(exports[place]) && !known(imports[place])) continue;
      const year = start + place;
      found.set(year, { exports: exports[place], imports: imports[place], estimated: estimated.includes(year) });
    }
    return found;
  }

  const both = (one) => (known(one.exports) && known(one.imports) ? one.exports + one.imports : undefined);
  const either = (one) => (one.exports ?? 0) + (one.imports ?? 0);

  /** Trade of the pair seen from home: year -> {exports, imports, total, estimated, late}. */
  function trade(home, partner, source) {
    const [ours, theirs] = [files[home], files[partner]];
    const found = new Map();
    if (source === "customs") {
      const [start, out, back, total] = customs;
      const turned = home === "CHN";
      total.forEach((value, place) => found.set(start + place, {
        exports: (turned ? back : out)[place], imports: (turned ? out : back)[place], total: value,
      }));
      return found;
    }
    for (const [year, one] of source === "home" ? reports(ours, partner) : reports(theirs, home)) {
      const seen = source === "home" ? one : { ...one, exports: one.imports, imports: one.exports };
      found.set(year, { ...seen, total: both(one) });
    }
    const [mine, yours] = [ours.late?.to[partner], theirs.late?.to[home]];
    const late = source === "home" ? { exports: mine } : { imports: yours };
    const russian = (source === "home" ? home : partner) === "RUS";
    if (known(late.exports) || known(late.imports)) found.set(2025, { ...late, late: true, estimated: russian });
    return found;
  }

  /** Share and rank of a partner in a country's own trade: year -> {share, rank, of, estimated, late}. */
  function places(file, home, partner) {
    const found = new Map();
    const [start, exports, imports, count] = file.sums ?? [0, [], [], []];
    const others = Object.keys(file.trade ?? {}).map((code) => reports(file, code));
    for (const [year, one] of reports(file, partner)) {
      const [out, back] = [exports[year - start], imports[year - start]];
      if (!known(out) || !known(back)) continue;
      const larger = others.filter((other) => other.has(year) && either(other.get(year)) > either(one));
      found.set(year, { share: (100 * either(one)) / (out + back), rank: larger.length + 1,
        of: count[year - start], estimated: one.estimated });
    }
    const value = file.late?.to[partner];
    if (known(value)) {
      const larger = Object.values(file.late.to).filter((other) => other > value);
      found.set(2025, { share: (100 * value) / file.late.sum, rank: larger.length + 1, of: file.late.count,
        estimated: home === "RUS", late: true });
    }
    return found;
  }

  /** Agreement in the General Assembly: year -> {agreement, votes}; a half where one of the two abstained. */
  function agreement(one, two) {
    const found = new Map();
    let place = 0;
    for (const [year, calls] of rollCalls) {
      let [cast, points] = [0, 0];
      for (const end = place + calls; place < end; place++) {
        const [a, b] = [Number(one.votes[place] ?? 0), Number(two.votes[place] ?? 0)];
        if (!a || !b) continue;
        cast += 1;
        points += 1 - Math.abs(a - b) / 2;
      }
      if (cast >= fewestVotes) found.set(year, { agreement: (100 * points) / cast, votes: cast });
    }
    return found;
  }

  /* ---- words ---- */

  const number = (value, digits = 0) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const dollars = (millions) =>
    millions >= 1000 ? `${number(millions / 1000, millions < 1e5 ? 2 : 1)} billion dollars` : `${number(millions)} million dollars`;
  const percent = (value) => (value > 0 && value < 0.05 ? "under 0.1 %" : `${number(value, 1)} %`);
  const within = (found, { first, last }) =>
    new Map([...found].filter(([year]) => year >= first && year <= last).sort(([a], [b]) => a - b));
  const latest = (found, has) => [...found].filter(([, one]) => has(one)).at(-1);
  const guess = (one) => (one.estimated ? ", an estimate" : "");
  const span = ({ first, last }) => (first === last ? `in ${first}` : `from ${first} to ${last}`);

  function sourceWords({ home, partner, source }) {
    if (source === "customs") return "as China's customs announced";
    return `as ${countries[source === "home" ? home : partner]} reported`;
  }

  function tradeWords(found, state) {
    const [home, partner] = [countries[state.home], countries[state.partner]];
    const last = latest(found, (one) => known(one.total));
    const late = found.get(2025);
    const words = [];
    if (last) {
      const [year, one] = last;
      const parts = known(one.exports) && known(one.imports)
        ? ` (${home}'s exports ${dollars(one.exports)}, imports ${dollars(one.imports)})` : "";
      words.push(`${home} and ${partner} traded ${dollars(one.total)} in ${year}${parts}, ${sourceWords(state)}${guess(one)}.`);
    }
    if (late?.late) {
      const [from, to, value] = known(late.exports) ? [home, partner, late.exports] : [partner, home, late.imports];
      words.push(`In 2025 ${from} exported ${dollars(value)} to ${to}${guess(late)}.`);
    }
    if (!words.length && found.size) {
      const [year, one] = [...found].at(-1);
      const [flow, value] = known(one.exports) ? ["exports", one.exports] : ["imports", one.imports];
      words.push(`${home}'s ${flow}, ${sourceWords(state)}, were ${dollars(value)} in ${year}; the other flow has no figure.`);
    }
    return words.join(" ") || `There are no figures of trade between ${home} and ${partner}, ${sourceWords(state)}, ${span(state)}.`;
  }

  function placeWords(found, partner, home, state) {
    const last = latest(found, (one) => !one.late) ?? latest(found, () => true);
    if (!last) return `${home} has no figures of its trade with ${partner} ${span(state)}.`;
    const [year, one] = last;
    const what = one.late ? "exports" : "goods trade";
    return `${partner} had ${percent(one.share)} of ${home}'s ${what} in ${year} and was number ${one.rank} of ${one.of} partners${guess(one)}.`;
  }

  function votesWords(found, state) {
    const [home, partner] = [countries[state.home], countries[state.partner]];
    const last = latest(found, () => true);
    if (!last) return `${home} and ${partner} have too few common votes in the United Nations ${span(state)}.`;
    return `In the United Nations they agreed in ${number(last[1].agreement, 1)} % of ${last[1].votes} votes in ${last[0]}.`;
  }

  /* ---- charts ---- */

  function look() {
    const [page, own] = [getComputedStyle(document.body), getComputedStyle(document.getElementById("explorer"))];
    const of = (style, key) => style.getPropertyValue(key).trim();
    return { ink: of(page, "--color-foreground-primary"), paper: of(page, "--color-background-primary"),
      grid: of(page, "--color-background-border"),
      colours: ["one", "two", "three"].map((key) => of(own, `--explorer-${key}`)) };
  }

  /** Vega-Lite's description of one chart. Years without a figure are rows with null, at which a line breaks. */
  function chart(rows, series, { first, last }, { reverse = false, top, format, words }) {
    const { ink, paper, grid, colours } = look();
    const colour = { field: "series", type: "nominal", legend: null, scale: { domain: series, range: colours } };
    const x = { field: "year", type: "quantitative", scale: { domain: [first - 0.5, last + 0.5], nice: false },
      axis: { format: "d", title: null, grid: false, tickMinStep: 1, tickCount: { expr: "max(2, width / 60)" } } };
    const y = { field: "value", type: "quantitative", scale: { reverse, domainMin: reverse ? 1 : 0, ...(top && { domainMax: top }) },
      axis: { title: null, tickCount: 5, ...(reverse && { tickMinStep: 1, format: "d" }) } };
    const tooltip = [{ field: "series", title: "what" }, { field: "year", type: "quantitative", format: "d" },
      { field: "value", type: "quantitative", format }, { field: "kind", title: "figure" }];
    const hollow = { condition: { test: "datum.estimated || datum.late", value: paper }, ...colour };
    const size = { condition: { test: "datum.late", value: 60 }, value: 22 };
    const shape = { condition: { test: "datum.late", value: "triangle-up" }, value: "circle" };
    return {
      data: { values: rows }, width: "container", height: 200, autosize: { type: "fit-x", contains: "padding" }, background: "transparent",
      description: words,
      layer: [
        { transform: [{ filter: "!datum.late" }], mark: { type: "line", strokeWidth: 2.2, strokeJoin: "round" }, encoding: { x, y, color: colour } },
        { transform: [{ filter: "isValid(datum.value)" }], mark: { type: "point", opacity: 1 },
          encoding: { x, y, color: colour, fill: hollow, shape, size, tooltip } },
      ],
      config: { view: { stroke: null }, font: "inherit",
        axis: { labelColor: ink, gridColor: grid, domain: false, ticks: false, labelFontSize: 12, labelPadding: 6 } },
    };
  }

  /** Rows of one series, with null in the years between that have no figure. */
  function series(name, found, value, scale = 1) {
    const years = [...found].filter(([, one]) => known(value(one))).map(([year]) => year);
    const rows = [];
    for (let year = years[0]; year <= years.at(-1); year++) {
      const one = found.get(year);
      const figure = one && value(one);
      rows.push({ series: name, year, value: known(figure) ? figure / scale : null, late: Boolean(one?.late),
        estimated: Boolean(one?.estimated),
        kind: (one?.late ? "exports of 2025" : "as reported") + (one?.estimated ? ", an estimate" : "") });
    }
    return rows;
  }

  async function draw(id, names, rows, unit, words, state, options) {
    const place = at(id);
    if (!rows.length) {
      place.innerHTML = "";
      place.append(Object.assign(document.createElement("p"), { className: "nothing", textContent: words }));
      return;
    }
    const note = Object.assign(document.createElement("p"), { className: "unit", textContent: unit });
    const key = Object.assign(document.createElement("p"), { className: "key" });
    const colours = ["one", "two", "three"];
    names.forEach((name, place) => {
      const entry = Object.assign(document.createElement("span"), { textContent: name });
      entry.style.setProperty("--colour", `var(--explorer-${colours[place]})`);
      key.append(entry);
    });
    for (const [sign, has] of [[LATE_SIGN, (row) => row.late], [GUESS_SIGN, (row) => row.estimated && !row.late]]) {
      if (rows.some((row) => has(row) && known(row.value))) {
        key.append(Object.assign(document.createElement("span"), { className: "sign", textContent: sign }));
      }
    }
    const canvas = Object.assign(document.createElement("div"), { className: "chart" });
    place.replaceChildren(note, key, canvas);
    await window.vegaEmbed(canvas, chart(rows, names, state, { ...options, words }), { actions: false, renderer: "svg", tooltip: { theme: "custom" } });
  }

  /* ---- the page ---- */

  function gather(state) {
    const { home, partner } = state;
    return {
      trade: within(trade(home, partner, state.source), state),
      ours: within(places(files[home], home, partner), state),
      theirs: within(places(files[partner], partner, home), state),
      votes: within(agreement(files[home], files[partner]), state),
    };
  }

  function drawAll(state, { trade: goods, ours, theirs, votes }, words) {
    const [home, partner] = [countries[state.home], countries[state.partner]];
    const largest = Math.max(0, ...[...goods.values()].flatMap((one) => [one.exports, one.imports, one.total].filter(known)));
    const [scale, unit] = largest >= 1000 ? [1000, "billion"] : [1, "million"];
    const flows = ["both ways", `${home}'s exports`, `${home}'s imports`];
    const values = [(one) => one.total, (one) => one.exports, (one) => one.imports];
    const names = [`${partner} in ${home}'s trade`, `${home} in ${partner}'s trade`];
    const pair = (value) => [...series(names[0], ours, value), ...series(names[1], theirs, value)];
    const places = `${words[1]} ${words[2]}`;
    return Promise.all([
      draw("trade", flows, flows.flatMap((flow, place) => series(flow, goods, values[place], scale)),
        `Current US dollars, ${unit}, ${sourceWords(state)}`, words[0], state, { format: ",.4~g" }),
      draw("share", names, pair((one) => one.share), "Percent of goods trade, as each reported its own", places, state, { format: ".2f" }),
      draw("rank", names, pair((one) => one.rank), "1 is the largest partner", places, state, { reverse: true, format: "d" }),
      draw("votes", ["agreement"], series("agreement", votes, (one) => one.agreement), "Percent of common votes", words[3], state,
        { top: 100, format: ".1f" }),
    ]);
  }

  function fillTable(state, { trade: goods, ours, theirs, votes }) {
    const [home, partner] = [countries[state.home], countries[state.partner]];
    const heads = ["year", `${home}'s exports, USD mn`, `${home}'s imports, USD mn`, "both, USD mn", `${partner} in ${home}'s trade, %`,
      "rank", `${home} in ${partner}'s trade, %`, "rank", "agreement in the UN, %", "common votes"];
    const years = [...new Set([goods, ours, theirs, votes].flatMap((found) => [...found.keys()]))].sort((a, b) => b - a);
    const cell = (value, digits) => (known(value) ? number(value, digits) : "");
    const lines = years.map((year) => {
      const [g, o, t, v] = [goods, ours, theirs, votes].map((found) => found.get(year) ?? {});
      return [`${year}`, cell(g.exports), cell(g.imports), cell(g.total), cell(o.share, 2), cell(o.rank), cell(t.share, 2),
        cell(t.rank), cell(v.agreement, 1), cell(v.votes)];
    });
    const row = (cells, tag) => {
      const line = document.createElement("tr");
      cells.forEach((text, place) => {
        const one = document.createElement(place ? tag : "th");
        one.scope = tag === "th" ? "col" : place ? "" : "row";
        one.textContent = text;
        line.append(one);
      });
      return line;
    };
    const [head, body] = [document.createElement("thead"), document.createElement("tbody")];
    head.append(row(heads, "th"));
    body.append(...lines.map((line) => row(line, "td")));
    at("numbers").querySelector("table").replaceChildren(head, body);
  }

  function say(notes, ...sentences) {
    const paragraph = (className) => (textContent) => Object.assign(document.createElement("p"), { className, textContent });
    at("summary").replaceChildren(...notes.map(paragraph("note")), ...sentences.map(paragraph("")));
  }

  /** What the menus ask for. Where that makes no sense the menus are set to what is shown instead, and a note says so. */
  function readMenus(notes) {
    if (menus.home.value === menus.partner.value) {
      const named = countries[menus.home.value];
      menus.partner.value = menus.home.value === "CHN" ? "RUS" : "CHN";
      offerSources();
      notes.push(`Both menus named ${named}, which does not trade with itself: ${countries[menus.partner.value]} is shown beside it.`);
    }
    let [first, last] = [menus.first, menus.last].map((menu) => Number(menu.value));
    if (first > last) {
      [first, last] = [menus.first.value, menus.last.value] = [last, first];
      notes.push(`The years ran from ${last} back to ${first}: they are shown from ${first} to ${last}.`);
    }
    return { home: menus.home.value, partner: menus.partner.value, source: menus.source.value, first, last };
  }

  /** What is known of the pair in the years asked for, or in all years where those have nothing. */
  function found(state, notes) {
    const inside = gather(state);
    const years = (charts) => Object.values(charts).flatMap((one) => [...one.keys()]);
    if (years(inside).length) return inside;
    const all = { ...state, first: EARLIEST, last: LATEST };
    const known = years(gather(all));
    if (!known.length) return inside;
    const pair = `${countries[state.home]} and ${countries[state.partner]}`;
    const asked = span(state);
    [state.first, state.last] = [menus.first.value, menus.last.value] = [Math.min(...known), Math.max(...known)];
    notes.push(`There is no figure of ${pair} ${asked}: the years that have some, ${state.first} to ${state.last}, are shown.`);
    return gather(state);
  }

  /** The address that leads back to this choice: what is as the page opens is left out. */
  function address({ home, partner, source, first, last }) {
    const query = new URLSearchParams();
    if (source !== menus.source.options[0].value) query.set("source", source);
    for (const [name, year] of Object.entries({ first, last })) if (year !== OPENS[name]) query.set(name, year);
    return `#${home}-${partner}${query.size ? `?${query}` : ""}`;
  }

  async function show(asked = []) {
    const turn = ++drawing, notes = [...asked];
    const root = document.getElementById("explorer");
    root.dataset.state = "drawing";
    try {
      const state = readMenus(notes);
      await Promise.all([load(state.home), load(state.partner)]);
      if (turn !== drawing) return;
      const [home, partner] = [countries[state.home], countries[state.partner]];
      const charts = found(state, notes);
      const words = [tradeWords(charts.trade, state), placeWords(charts.ours, partner, home, state),
        placeWords(charts.theirs, home, partner, state), votesWords(charts.votes, state)];
      say(notes, ...words);
      fillTable(state, charts);
      await drawAll(state, charts, words);
      history.replaceState(null, "", address(state));
    } catch (problem) {
      if (turn !== drawing) return;
      console.error(problem);
      say(notes, problem.message);
      for (const id of ["trade", "share", "rank", "votes"]) at(id).replaceChildren();
      at("numbers").querySelector("table").replaceChildren();
    }
    if (turn === drawing) root.dataset.state = "ready";
  }

  function option(value, text) {
    return Object.assign(document.createElement("option"), { value, textContent: text });
  }

  /** The sources that the chosen pair has; the source chosen before stays if it is among them. */
  function offerSources() {
    const pair = [menus.home.value, menus.partner.value];
    const names = pair.map((code) => countries[code]);
    const before = menus.source.value;
    const offered = [option("home", `${names[0]}, to the IMF`), option("partner", `${names[1]}, to the IMF`)];
    if (CUSTOMS_PAIR.every((code) => pair.includes(code))) offered.unshift(option("customs", "China's customs"));
    menus.source.replaceChildren(...offered);
    if (offered.some((one) => one.value === before) && before !== "home") menus.source.value = before;
  }

  /** Set the menus to what the address asks for; returns a note for each part that no menu has. */
  function chooseFromAddress() {
    const [pair, query] = location.hash.slice(1).split("?");
    const asked = pair ? pair.split("-") : CUSTOMS_PAIR, notes = [];
    const strange = asked.filter((code) => !countries[code]);
    if (strange.length || asked.length !== 2) {
      notes.push(`The address asks for \u2018${pair}\u2019, and the page takes two countries such as RUS-CHN: Russia and China are shown.`);
    }
    [menus.home.value, menus.partner.value] = notes.length ? CUSTOMS_PAIR : asked;
    offerSources();
    [menus.first.value, menus.last.value] = [OPENS.first, OPENS.last];
    for (const [name, text] of new URLSearchParams(query)) {
      const menu = ["source", "first", "last"].includes(name) ? menus[name] : undefined;
      if (menu && [...menu.options].some(({ value }) => value === text)) menu.value = text;
      else notes.push(name in OPENS ? `The address asks for the year \u2018${text}\u2019, and the data have ${EARLIEST} to ${LATEST}: ${menu.value} is shown.`
        : `The address asks for ${name} \u2018${text}\u2019, which the page does not have for this pair: the menus say what is shown.`);
    }
    return notes;
  }

  function start() {
    for (const menu of [menus.home, menus.partner]) {
      menu.append(...Object.entries(countries).map(([code, name]) => option(code, name)));
    }
    for (let year = EARLIEST; year <= LATEST; year++) {
      menus.first.append(option(year, year));
      menus.last.append(option(year, year));
    }
    const notes = chooseFromAddress();
    for (const menu of [menus.home, menus.partner]) menu.addEventListener("change", () => { offerSources(); show(); });
    for (const menu of [menus.source, menus.first, menus.last]) menu.addEventListener("change", () => show());
    window.addEventListener("hashchange", () => show(chooseFromAddress()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show());
    new MutationObserver(() => show()).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
    show(notes);
  }

  start();
})();
