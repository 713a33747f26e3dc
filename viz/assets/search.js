// The search box: a combobox whose list follows the typing. Enter opens the hit that is marked, or the only one; of several
// the page shows the list.

import { ask } from "./api.js";
import { el, say } from "./dom.js";
import { beside, called, named, said, t } from "./words.js";

const PAUSE_MS = 160;

/** `open(id)` shows a party, `all(query)` all that a search finds. */
export function searchBox(open, all) {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  let asking = null;
  let timer = 0;
  let hits = [];
  let active = -1;

  /** Also calls off what is being asked: its answer would open the list again. */
  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(children) {
    list.replaceChildren(...children);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function mark(index) {
    active = index;
    for (const [at, option] of [...list.children].entries()) {
      const on = at === index;
      option.setAttribute("aria-selected", String(on));
      if (on) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    }
  }

  function take(hit) {
    close();
    input.value = "";
    open(hit.party_id);
  }

  function choose(query) {
    if (hits.length === 1) return take(hits[0]);
    close();
    all(query);
  }

  async function look(enter = false) {
    const query = input.value.trim();
    asking?.abort();
    if (!query) {
      hits = [];
      close();
      return;
    }
    asking = new AbortController();
    const mine = asking;
    if (list.hidden) show([note(t("searching"))]);
    try {
      const answer = await ask("/search", { q: query }, mine.signal);
      if (mine !== asking) return;
      hits = answer.hits;
      if (enter && hits.length) {
        choose(query);
        return;
      }
      active = -1;
      show(hits.length ? [...hits.map(option), ...answer.omitted.map((told) => note(said(told)))] : [note(t("nothing_found"))]);
      say(hits.length ? `${hits.length} ${t("results")}` : t("nothing_found"));
    } catch (error) {
      if (error.name === "AbortError") return;
      hits = [];
      show([note(error.told ?? String(error), "bad")]);
      say(error.told ?? String(error));
    }
  }

  function option(hit, index) {
    return el(
      "li",
      {
        role: "option",
        id: `hit-${index}`,
        class: `hit ${hit.kind}`,
        "aria-selected": "false",
        onmousedown: (event) => event.preventDefault(),
        onclick: () => take(hit),
      },
      factsOf(hit),
    );
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  input.addEventListener("focus", () => input.value.trim() && hits.length && list.hidden && show(hits.map(option)));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      if (list.hidden) show(hits.map(option));
      mark((active + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      if (active >= 0 && !list.hidden) take(hits[active]);
      else look(true);
    } else if (event.key === "Escape") {
      close();
    } else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });

  function label() {
    input.setAttribute("aria-label", t("search_label"));
    input.placeholder = t(innerWidth < 640 ? "search_short" : "search_hint");
  }
  label();

  return { label };
}

/** What tells one hit from another: its names, what it is, and what matched. */
export function factsOf(hit) {
  const facts = [hit.kind ? named("kinds", hit.kind) : null, ...hit.roles.map((role) => named("roles", role))];
  const by = [hit.name, beside(hit)].includes(hit.matched) ? null : `${named("values", hit.matched_by)}: ${hit.matched}`;
  return [
    el("b", {}, called(hit)),
    beside(hit) ? el("span", { lang: "en" }, ` ${beside(hit)}`) : null,
    el("small", {}, facts.filter(Boolean).join(" · ")),
    by ? el("small", { class: "why" }, by) : null,
  ];
}

function note(text, kind = "") {
  return el("li", { class: `note ${kind}`, role: "presentation" }, text);
}
