// All that a search found, as a list to choose from: arrows move along it, Enter opens.

import { el } from "./dom.js";
import { omitted } from "./party.js";
import { factsOf } from "./search.js";
import { addressOf } from "./values.js";
import { t } from "./words.js";

/** The page of a search from its answer. */
export function resultsPage(answer) {
  const list = el("ol", { class: "results" }, answer.hits.map((hit) => el("li", {}, el("a", { class: `hit ${hit.kind}`, href: addressOf(hit) }, factsOf(hit)))));
  list.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -links.length, End: links.length }[event.key];
    const here = links.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, here + step))].focus();
  });
  return [
    el("div", { class: "who" }, el("h1", { tabindex: "-1" }, `${t("hits_for")} “${answer.query}”`, " ", el("small", {}, `${answer.hits.length} ${t("results")}`))),
    answer.hits.length ? el("p", { class: "told" }, t("choose")) : el("p", {}, t("nothing_found")),
    list,
    omitted(answer.omitted),
  ].filter(Boolean);
}
