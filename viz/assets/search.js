// The search box: a combobox whose list follows the typing.

import { ask } from "./api.js";
import { el, say } from "./dom.js";
import { named, t } from "./words.js";

const PAUSE_MS = 160;

export function searchBox(open) {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  let asking = null;
  let timer = 0;
  let hits = [];
  let active = -1;

  function close() {
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

  async function look(takeFirst = false) {
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
      if (takeFirst && hits.length) {
        take(hits[0]);
        return;
      }
      active = -1;
      show(hits.length ? [...hits.map(option), ...answer.omitted.map((told) => note(told))] : [note(t("nothing_found"))]);
      say(hits.length ? `${hits.length} ${t("results")}` : t("nothing_found"));
    } catch (error) {
      if (error.name === "AbortError") return;
      hits = [];
      show([note([error.title, error.detail].filter(Boolean).join(". "), "bad")]);
      say(error.title ?? String(error));
    }
  }

  function option(hit, index) {
    const facts = [hit.kind ? named("kinds", hit.kind) : null, ...hit.roles.map((role) => named("roles", role))];
    const by = [hit.name, hit.name_en].includes(hit.matched) ? null : `${named("values", hit.matched_by)}: ${hit.matched}`;
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
      el("b", {}, hit.name ?? hit.party_id),
      hit.name_en && hit.name_en !== hit.name ? el("span", { lang: "en" }, ` ${hit.name_en}`) : null,
      el("small", {}, facts.filter(Boolean).join(" · ")),
      by ? el("small", { class: "why" }, by) : null,
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

  return {
    label,
    run(query) {
      input.value = query;
      input.focus();
      look();
    },
  };
}

function note(text, kind = "") {
  return el("li", { class: `note ${kind}`, role: "presentation" }, text);
}
