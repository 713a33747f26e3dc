// The page: which address shows what, the language, and the state of the world in the foot.

import { ask } from "./api.js";
import { el, say } from "./dom.js";
import { groupName, groupPage } from "./group.js";
import { groupsPage } from "./groups.js";
import { networkSlot } from "./network_slot.js";
import { openingsOf } from "./openings.js";
import { partyPage } from "./party.js";
import { resultsPage } from "./results.js";
import { searchBox } from "./search.js";
import { called, choose, chosen, said, t } from "./words.js";

const home = document.getElementById("home");
const place = document.getElementById("shown");
const state = document.getElementById("state");
let turn = 0;
let last = null; // {page, answer, slot} that is shown, so that another language needs no new question

const MOST_GROUPS = 100; // listed on their page

/** What stands under each address: how it is asked for, drawn and named; `alone` takes no id. */
const PAGES = {
  party: {
    ask: (id) => Promise.all([ask(`/parties/${encodeURIComponent(id)}`, { grading: true }), networkSlot(id), openingsOf(id)]),
    draw: ([party, slot, offered]) => partyPage(party, slot.paint(), offered),
    world: ([party]) => party,
    title: ([party]) => called(party),
    drawn: ([, slot]) => slot.draw(),
    missing: "not_found",
  },
  group: {
    ask: (id) => Promise.all([ask(`/groups/${encodeURIComponent(id)}`), limits(id)]),
    draw: ([group, tests]) => groupPage(group, tests),
    world: ([group]) => group,
    title: ([group]) => groupName(group),
    missing: "no_group",
  },
  groups: {
    alone: true,
    ask: () => ask("/groups", { limit: MOST_GROUPS }),
    draw: groupsPage,
    world: (answer) => answer,
    title: () => t("groups_near"),
  },
  search: {
    ask: (query) => ask("/search", { q: query }),
    draw: resultsPage,
    world: (answer) => answer,
    title: (answer) => answer.query,
  },
};

/** The tests of a group against limits; none where it has none that can be told, which never hides the group itself. */
async function limits(id) {
  try {
    return (await ask(`/groups/${encodeURIComponent(id)}/exposure`)).tests;
  } catch {
    return [];
  }
}

const box = searchBox(
  (id) => (location.hash = `#/party/${encodeURIComponent(id)}`),
  (query) => (location.hash = `#/search/${encodeURIComponent(query)}`),
);

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
  const [, name, id] = location.hash.split("/");
  const page = PAGES[name];
  if (!page || !(id || page.alone)) {
    document.title = "Guanxi 关系";
    state.textContent = "";
    show();
    return;
  }
  show(el("p", { class: "waiting" }, t("loading")));
  say(t("loading"));
  try {
    const answer = await page.ask(unescaped(id ?? ""));
    if (mine !== turn) return;
    last = { page, answer };
    paint(true);
  } catch (problem) {
    if (mine === turn) failed(problem, page);
  }
}

function paint(arrived = false) {
  const { page, answer } = last;
  show(...page.draw(answer));
  page.drawn?.(answer);
  state.textContent = worldOf(page.world(answer));
  document.title = `${page.title(answer)} · Guanxi`;
  if (!arrived) return;
  say(place.querySelector("h1").textContent);
  const first = place.querySelector(".results a") ?? place.querySelector("h1");
  first.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function failed(problem, page) {
  document.title = "Guanxi 关系";
  state.textContent = "";
  const title = problem.status === 404 && page.missing ? t(page.missing) : said(problem.title ?? t("failed"));
  const told = el("div", { class: "bad", role: "alert" }, el("p", {}, said(problem.detail || problem.title || String(problem))), el("button", { type: "button", onclick: route }, t("again")));
  show(el("div", { class: "failed" }, el("h1", { tabindex: "-1" }, title), told, el("p", {}, el("a", { href: "#/" }, t("home")))));
  say(title);
  place.querySelector("h1").focus();
}

function worldOf(answer) {
  const parts = [`${t("as_of")} ${answer.as_of}`];
  if (answer.known_on) parts.push(`${t("known_on")} ${answer.known_on}`);
  parts.push(`${t("seq")} ${answer.seq}`, answer.run_id ? `${t("run")} ${answer.run_id}` : t("no_run"));
  if (answer.run_note) parts.push(said(answer.run_note));
  return parts.join(" · ");
}

function language(next) {
  choose(next);
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === next));
  document.querySelector(".languages").setAttribute("aria-label", t("language"));
  box.label();
  if (last) paint();
}

for (const button of document.querySelectorAll("button[data-language]")) button.addEventListener("click", () => language(button.dataset.language));
addEventListener("hashchange", route);
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width || !last) return;
  width = innerWidth;
  last.page.drawn?.(last.answer);
});
language(chosen());
route();
