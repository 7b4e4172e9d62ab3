
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("search"), list = document.getElementById("found-claims");
  const told = document.getElementById("found-count"), more = document.getElementById("more");
  const STEP = 40;
  const rows = data.claims.map((c) => ({
    id: c[0], text: c[1], speaker: c[2] < 0 ? "" : data.speakers[c[2]], outlet: c[3] < 0 ? "" : data.outlets[c[3]],
    title: c[4] < 0 ? "" : data.titles[c[4]], day: c[5] || "", mode: data.modes[c[6]], act: data.acts[c[7]],
    negated: c[8] & 1, hedged: c[8] & 2,
  }));
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  for (const row of rows) row.key = fold(row.text + " " + row.speaker + " " + row.title);
  let hits = [], shown = 0, timer = 0;

  const make = (name, text, kind) => {
    const node = document.createElement(name);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };
  const marked = (text, words) => {
    const node = make("blockquote"), low = text.toLowerCase();
    if (!words.length || low.length !== text.length) { node.textContent = text; return node; }
    const spans = [];
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
    const item = make("li", "", row.mode === "direct" ? "direct" : ""), about = make("p");
    item.id = row.id;
    about.append(make("strong", row.speaker || "speaker unknown"));
    const where = [row.outlet, row.day, row.title].filter(Boolean).join(" · ");
    if (where) about.append(" — " + where);
    const tags = make("span", "", "tags");
    for (const tag of [row.mode, row.act, row.negated && "negated", row.hedged && "hedged"]) if (tag) tags.append(make("span", tag));
    const link = make("a", "link");
    link.href = "#claims?claim=" + row.id;
    link.setAttribute("aria-label", "Link to this claim");
    about.append(" ", tags, " ", link);
    item.append(marked(row.text, words), about);
    return item;
  };
  const wanted = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  const draw = () => {
    const words = fold(wanted().q || "").split(/\s+/).filter(Boolean);
    list.append(...hits.slice(shown, shown + STEP).map((row) => card(row, words)));
    shown = Math.min(shown + STEP, hits.length);
    more.hidden = shown >= hits.length;
  };
  const search = () => {
    const ask = wanted(), words = fold(ask.q || "").split(/\s+/).filter(Boolean);
    hits = rows.filter((row) =>
      (!ask.speaker || row.speaker === ask.speaker) && (!ask.outlet || row.outlet === ask.outlet) &&
      (!ask.mode || row.mode === ask.mode) && (!ask.act || row.act === ask.act) && (!ask.claim || row.id === ask.claim) &&
      words.every((word) => row.key.includes(word)));
    shown = 0;
    list.replaceChildren();
    told.textContent = hits.length.toLocaleString("en") + (hits.length === 1 ? " claim" : " claims");
    draw();
  };
  const remember = () => {
    const ask = new URLSearchParams(wanted()).toString();
    history.replaceState(null, "", ask ? "#claims?" + ask : "#claims");
  };
  const recall = () => {
    const [place, ask] = location.hash.slice(1).split("?");
    if (place !== "claims") return;
    const given = new URLSearchParams(ask || "");
    for (const field of form.elements) if (field.name) field.value = given.get(field.name) || "";
    search();
    if (ask) document.getElementById("claims").scrollIntoView();
  };
  const fill = (name, values) => {
    const field = form.elements[name];
    for (const value of values) { const option = make("option", value); option.value = value; field.append(option); }
  };
  fill("speaker", data.speakers.filter((_, i) => data.known.includes(i)));
  fill("outlet", data.outlets);
  fill("mode", data.modes);
  fill("act", data.acts);
  form.addEventListener("input", () => { form.elements.claim.value = ""; clearTimeout(timer); timer = setTimeout(() => { search(); remember(); }, 90); });
  form.addEventListener("reset", () => setTimeout(() => { form.elements.claim.value = ""; search(); remember(); }, 0));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", draw);
  window.addEventListener("hashchange", recall);
  search();
  recall();

  for (const button of document.querySelectorAll("button[data-copy]")) button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent, word = button.textContent;
    try { await navigator.clipboard.writeText(text); }
    catch {
      const area = make("textarea"); area.value = text; document.body.append(area); area.select();
      document.execCommand("copy"); area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = word; }, 1400);
  });
})();
