// The page: which address shows what, the language, and the state of the world in the foot.

import { ask } from "./api.js";
import { el, say } from "./dom.js";
import { networkCard } from "./network.js";
import { partyPage } from "./party.js";
import { searchBox } from "./search.js";
import { choose, chosen, t, told as given } from "./words.js";

const home = document.getElementById("home");
const place = document.getElementById("shown");
const state = document.getElementById("state");
let asked = { depth: 1, all: false };
let turn = 0;
let last = null; // what is shown, so that another language needs no new question

const box = searchBox((id) => (location.hash = `#/party/${encodeURIComponent(id)}`));

function show(...children) {
  home.hidden = children.length > 0;
  place.hidden = children.length === 0;
  place.replaceChildren(...children);
}

/** The id of an address; one that is not escaped as it should be (a lone %) is taken as it is. */
function unescaped(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

async function route() {
  const mine = ++turn;
  last = null;
  const [, page, id] = location.hash.split("/");
  if (page !== "party" || !id) {
    document.title = "Guanxi 关系";
    state.textContent = "";
    show();
    return;
  }
  const path = `/parties/${encodeURIComponent(unescaped(id))}`;
  show(el("p", { class: "waiting" }, t("loading")));
  say(t("loading"));
  try {
    const [party, network] = await Promise.all([ask(path), askNetwork(path)]);
    if (mine !== turn) return;
    last = { path, party, network };
    paint(true);
  } catch (problem) {
    if (mine === turn) failed(problem);
  }
}

/** The network as asked for, or {problem}: the rest of the page stands without it. */
function askNetwork(path) {
  const kinds = asked.all ? [] : given.party_links.map((kind) => ["kinds", kind]);
  return ask(`${path}/network`, [["depth", asked.depth], ...kinds]).catch((problem) => ({ problem }));
}

function paint(arrived = false) {
  const { party, network } = last;
  const slot = el("div", { id: "network" });
  show(...partyPage(party, slot));
  paintNetwork(slot, network);
  state.textContent = worldOf(party);
  const name = party.name ?? party.party_id;
  document.title = `${name} · Guanxi`;
  if (!arrived) return;
  say(name);
  place.querySelector("h1")?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function paintNetwork(slot, network) {
  if (network.problem) {
    slot.replaceChildren(el("section", { class: "card" }, el("h2", {}, t("network")), told(network.problem, () => another(asked))));
    return;
  }
  const { card, draw } = networkCard(network, asked, another);
  slot.replaceChildren(card);
  draw();
}

async function another(next) {
  const mine = turn;
  asked = next;
  const slot = document.getElementById("network");
  slot.setAttribute("aria-busy", "true");
  const network = await askNetwork(last.path);
  if (mine !== turn) return;
  last.network = network;
  slot.removeAttribute("aria-busy");
  paintNetwork(slot, network);
  slot.querySelector('[aria-pressed="true"]')?.focus();
}

function failed(problem) {
  document.title = "Guanxi 关系";
  state.textContent = "";
  const title = problem.status === 404 ? t("not_found") : (problem.title ?? t("failed"));
  show(el("div", { class: "failed" }, el("h1", { tabindex: "-1" }, title), told(problem, route), el("p", {}, el("a", { href: "#/" }, t("home")))));
  say(title);
  place.querySelector("h1").focus();
}

function told(problem, again) {
  return el("div", { class: "bad", role: "alert" }, el("p", {}, problem.detail || problem.title || String(problem)), el("button", { type: "button", onclick: again }, t("again")));
}

function worldOf(answer) {
  const parts = [`${t("as_of")} ${answer.as_of}`];
  if (answer.known_on) parts.push(`${t("known_on")} ${answer.known_on}`);
  parts.push(`${t("seq")} ${answer.seq}`, answer.run_id ? `${t("run")} ${answer.run_id}` : t("no_run"));
  if (answer.run_note) parts.push(answer.run_note);
  return parts.join(" · ");
}

function language(next) {
  choose(next);
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === next));
  box.label();
  if (last) paint();
}

for (const button of document.querySelectorAll("button[data-language]")) button.addEventListener("click", () => language(button.dataset.language));
for (const button of document.querySelectorAll("[data-query]")) button.addEventListener("click", () => box.run(button.dataset.query));
addEventListener("hashchange", route);
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width || !last) return;
  width = innerWidth;
  paintNetwork(document.getElementById("network"), last.network);
});
language(chosen());
route();
