// Who can introduce somebody to a party: asked from a manager or another party, the strongest routes with what speaks for each tie.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { badge, partyLink, percent } from "./values.js";
import { named, said, t } from "./words.js";

let asked = ""; // from whom was asked last on this visit

/** The card that asks for routes to a party. */
export function introductions(party) {
  const from = el("input", { name: "from", value: asked, required: true, autocomplete: "off", "aria-label": t("introduced_from"), placeholder: t("introduced_from") });
  const found = el("div", { "aria-live": "polite" });
  const find = (event) => {
    event.preventDefault();
    asked = from.value.trim();
    if (asked) show(asked, party.party_id, found);
  };
  return el(
    "section",
    { class: "card wide", "aria-label": t("introductions") },
    el("h2", {}, t("introductions")),
    el("form", { class: "asking", onsubmit: find }, from, el("button", { type: "submit" }, t("find_routes"))),
    found,
  );
}

async function show(from, to, found) {
  found.replaceChildren(el("p", { class: "told" }, t("loading")));
  try {
    found.replaceChildren(...routes(await ask("/paths", { from, to })));
  } catch (problem) {
    found.replaceChildren(el("p", { class: "told", role: "alert" }, problem.told ?? String(problem)));
  }
}

function routes({ paths, empty, omitted }) {
  const told = [empty, ...omitted].filter(Boolean).map((one) => el("p", { class: "told" }, said(one)));
  return [el("ol", { class: "routes" }, paths.map(route)), ...told];
}

function route({ strength, stops, ties }) {
  const way = stops.map((one, nth) => [nth ? " → " : "", stop(one)]);
  return el("li", {}, el("strong", {}, way), el("small", {}, ` ${t("strength")} ${percent(Number(strength))}`), el("ul", { class: "inner" }, ties.map((tie, nth) => step(tie, stops[nth], stops[nth + 1]))));
}

function step(tie, one, other) {
  const speaks = tie.evidence.map(({ kind, status, because }, nth) => [nth ? "; " : "", named("links", kind), status === "confirmed" ? "" : [" ", badge(status)], ` (${said(because)})`]);
  return el("li", {}, stop(one), " – ", stop(other), `: ${percent(Number(tie.strength))} `, speaks);
}

/** Somebody on a route; whoever is outside the asker's scope has no name and no page. */
function stop({ party, called }) {
  return party ? partyLink(party) : said(called);
}
