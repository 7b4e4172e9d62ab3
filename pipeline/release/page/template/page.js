"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const form = byId("search"), list = byId("found-claims"), count = byId("found-count"), more = byId("more"), told = byId("told");
  const STEP = 20, OFFERED = 40, PAUSE = 80;
  const [ID, TEXT, SPEAKER, CUE, OUTLET, TITLE, DAY, MODE, ACT, FLAGS] = Array(10).keys();
  let hits = data.claims, shown = 0, timer = 0, keys = null;

  // What is typed finds what is written with other accents, cases or quotation marks. No length changes, so that marks fit.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[‘’]/g, "'").replace(/[“”]/g, '"').toLowerCase();
  const wordsOf = (text) => fold(text || "").split(/\s+/).filter(Boolean);
  const named = (names, place) => place < 0 ? "" : names[place];
  const folded = () => {
    if (keys) return keys;
    const speakers = data.speakers.map(fold), titles = data.titles.map(fold);
    keys = data.claims.map((row) => fold(row[TEXT]) + "\n" + named(speakers, row[SPEAKER]) + "\n" + named(titles, row[TITLE]));
    return keys;
  };

  const make = (name, text, kind) => {
    const node = document.createElement(name);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };
  const marked = (text, words) => {
    const node = make("blockquote"), low = fold(text), spans = [];
    if (low.length === text.length)
      for (const word of words) for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + word.length)) spans.push([at, at + word.length]);
    spans.sort((a, b) => a[0] - b[0]);
    let at = 0;
    for (const [start, end] of spans) {
      if (start < at) continue;
      node.append(text.slice(at, start), make("mark", text.slice(start, end)));
      at = end;
    }
    node.append(text.slice(at));
    return node;
  };
  const card = (row, words) => {
    const item = make("li", "", data.modes[row[MODE]]), who = make("p", "", "who"), where = make("p", "", "where");
    const speaker = make("strong");
    item.id = row[ID];
    speaker.append(make("bdi", named(data.speakers, row[SPEAKER]) || "speaker unknown"));
    who.append(speaker);
    if (row[CUE] >= 0) who.append(" ", make("span", data.cues[row[CUE]], "cue"));
    const places = [make("bdi", named(data.outlets, row[OUTLET])), make("time", row[DAY]), make("bdi", named(data.titles, row[TITLE]))];
    for (const place of places) if (place.textContent) where.append(where.firstChild ? " · " : "", place);
    where.append(" ");
    const tags = make("span", "", "tags");
    for (const tag of [data.modes[row[MODE]], data.acts[row[ACT]], row[FLAGS] & 1 && "negated", row[FLAGS] & 2 && "hedged"]) if (tag) tags.append(make("span", tag), " ");
    const link = make("a", "Link", "link");
    link.href = "#claims?claim=" + encodeURIComponent(row[ID]);
    link.setAttribute("aria-label", "Link to this claim");
    where.append(tags, " ", link);
    item.append(who, marked(row[TEXT], words), where);
    return item;
  };

  const wanted = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  // A name in full means that name; a part of one means every name that holds it.
  const chosen = (names, typed) => {
    if (!typed) return null;
    if (names.includes(typed)) return new Set([names.indexOf(typed)]);
    const part = fold(typed.trim());
    return new Set(names.flatMap((name, place) => fold(name).includes(part) ? [place] : []));
  };
  const draw = () => {
    const words = wordsOf(wanted().q);
    list.append(...hits.slice(shown, shown + STEP).map((row) => card(row, words)));
    shown = Math.min(shown + STEP, hits.length);
    more.hidden = shown >= hits.length;
    more.textContent = `Show more (${(hits.length - shown).toLocaleString("en")} left)`;
  };
  const find = (ask) => {
    const words = wordsOf(ask.q), speakers = chosen(data.speakers, ask.speaker), outlets = chosen(data.outlets, ask.outlet);
    const mode = ask.mode ? data.modes.indexOf(ask.mode) : null, act = ask.act ? data.acts.indexOf(ask.act) : null;
    const all = words.length ? folded() : null;
    return data.claims.filter((row, place) =>
      (!speakers || speakers.has(row[SPEAKER])) && (!outlets || outlets.has(row[OUTLET])) &&
      (mode === null || row[MODE] === mode) && (act === null || row[ACT] === act) && (!ask.claim || row[ID] === ask.claim) &&
      words.every((word) => all[place].includes(word)));
  };
  const nothing = () => {
    const words = !data.total ? "This release holds no claims."
      : data.claims.length < data.total ? "No claim of the sample matches. The files hold all claims."
      : "No claim matches. Try fewer words, or clear the filters.";
    return make("li", words, "none");
  };
  const search = () => {
    hits = find(wanted());
    shown = 0;
    list.replaceChildren(...(hits.length ? [] : [nothing()]));
    count.textContent = hits.length.toLocaleString("en") + (hits.length === 1 ? " claim" : " claims");
    draw();
  };
  const remember = () => {
    const ask = new URLSearchParams(wanted()).toString();
    history.replaceState(null, "", ask ? "#claims?" + ask : "#claims");
  };
  const searchNow = () => { clearTimeout(timer); search(); remember(); };
  const recall = () => {
    const hash = location.hash.slice(1), cut = hash.indexOf("?");
    if ((cut < 0 ? hash : hash.slice(0, cut)) !== "claims") return;
    const given = new URLSearchParams(cut < 0 ? "" : hash.slice(cut + 1));
    for (const field of form.elements) if (field.name) field.value = given.get(field.name) || "";
    search();
    byId("claims").scrollIntoView({ behavior: "instant" });
  };

  const fill = (name, values) => {
    for (const value of values) { const option = make("option", value); option.value = value; form.elements[name].append(option); }
  };
  const offer = (name, places, names, column) => {
    const counts = new Map(places.map((place) => [place, 0]));
    for (const row of data.claims) if (counts.has(row[column])) counts.set(row[column], counts.get(row[column]) + 1);
    const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([place]) => names[place]);
    const refresh = () => {
      const part = fold(form.elements[name].value.trim());
      const options = ranked.filter((value) => fold(value).includes(part)).slice(0, OFFERED);
      byId(name + "-names").replaceChildren(...options.map((value) => { const option = make("option"); option.value = value; return option; }));
    };
    form.elements[name].addEventListener("focus", refresh);
    form.elements[name].addEventListener("input", refresh);
  };
  fill("mode", data.modes);
  fill("act", data.acts);
  offer("speaker", data.known, data.speakers, SPEAKER);
  offer("outlet", [...data.outlets.keys()], data.outlets, OUTLET);

  form.addEventListener("input", () => { form.elements.claim.value = ""; clearTimeout(timer); timer = setTimeout(searchNow, PAUSE); });
  form.addEventListener("reset", () => setTimeout(() => { form.elements.claim.value = ""; searchNow(); }, 0));
  form.addEventListener("submit", (event) => { event.preventDefault(); searchNow(); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") searchNow();
    if (event.key !== "Escape" || !event.target.value || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    event.target.value = form.elements.claim.value = "";
    searchNow();
  });
  more.addEventListener("click", () => {
    const first = shown;
    draw();
    // Who came by keyboard goes on with the first of the new claims.
    list.children[first].querySelector("a").focus({ preventScroll: true });
  });
  window.addEventListener("hashchange", recall);
  search();
  recall();
  // The first search shall not wait for the folding of all texts; nobody types as soon as the page is there.
  (window.requestIdleCallback || setTimeout)(folded);

  for (const button of document.querySelectorAll("button[data-copy]")) button.addEventListener("click", async () => {
    const text = byId(button.dataset.copy).textContent, label = button.firstChild, word = label.textContent;
    try { await navigator.clipboard.writeText(text); }
    catch {
      const area = make("textarea"); area.value = text; document.body.append(area); area.select();
      document.execCommand("copy"); area.remove(); button.focus();
    }
    label.textContent = told.textContent = "Copied";
    button.disabled = true;
    setTimeout(() => { label.textContent = word; told.textContent = ""; button.disabled = false; }, 1400);
  });
})();
