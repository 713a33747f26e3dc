// One customer on one page: who it is, its network, and the sections of its 360.

import { decisions } from "./decisions.js";
import { el } from "./dom.js";
import { grading } from "./grading.js";
import { openings } from "./openings.js";
import { introductions } from "./paths.js";
import { rows } from "./rows.js";
import { NOT_OF, ORDER, columnsOf, isEmpty, under } from "./sections.js";
import { evidence, fieldName, percent, shown } from "./values.js";
import { beside, called, chosen, named, said, t, valued } from "./words.js";

const YEARS = 4; // whose figures are shown
const OPEN = 3; // more sentences than this on what was left out are folded
const BESIDE = ["basic", "managers", "branch"]; // short facts that stand beside the picture
const HEAD = new Set(["name", "kind", "roles", "sources", "empty"]);

/** The page of one party from its 360; `network` is the element in which the picture appears, `offered` its openings. */
export function partyPage(answer, network, offered) {
  const next = openings(offered);
  const graded = grading(answer.sections.grading);
  const given = { ...answer.sections, openings: next ? null : { items: [], empty: offered.empty }, grading: graded ? null : answer.sections.grading };
  const rest = Object.keys(given).filter((name) => !ORDER.includes(name) && name !== "basic");
  const listed = [...ORDER, ...rest].filter((name) => given[name]);
  const filled = listed.filter((name) => given[name].items.length);
  const without = listed.filter((name) => !given[name].items.length && !NOT_OF[answer.kind]?.includes(name));
  const beside = filled.filter((name) => BESIDE.includes(name));
  const below = filled.filter((name) => !BESIDE.includes(name));
  return [
    head(answer),
    el("div", { class: "first" }, el("div", { class: "side" }, basics(given.basic), beside.map((name) => card(name, given[name]))), network),
    decisions(answer.decisions),
    el("div", { class: "cards" }, next, graded, introductions(answer), below.map((name) => card(name, given[name]))),
    omitted(answer.omitted),
    without.length ? nothing(without, given) : null,
  ].filter(Boolean);
}

function head(party) {
  const chips = [party.kind ? named("kinds", party.kind) : null, ...(party.roles ?? []).map((role) => named("roles", role))];
  const second = beside(party) ? el("small", { lang: "en" }, beside(party)) : null;
  return el(
    "div",
    { class: "who" },
    el("h1", { tabindex: "-1" }, called(party), " ", second),
    el("p", {}, chips.filter(Boolean).map((chip) => el("span", { class: "chip" }, chip)), el("code", { title: t("party_id") }, party.party_id)),
  );
}

function basics(basic) {
  const names = Object.keys(basic ?? {}).filter((name) => !HEAD.has(name) && !isEmpty(basic[name]) && !(name === "name_en" && (chosen() === "en" || basic.name === basic.name_en)));
  return el(
    "section",
    { class: "card", "aria-label": named("sections", "basic") },
    el("h2", {}, named("sections", "basic")),
    names.length ? facts(names, basic) : null,
    basic?.empty ? el("p", { class: "told" }, said(basic.empty)) : null,
    sources(basic?.sources),
  );
}

function card(name, section) {
  const names = columnsOf(name, section.items);
  const few = section.items.length === 1 && BESIDE.includes(name);
  return el(
    "section",
    { class: `card${names.length > 4 && !few ? " wide" : ""}`, "aria-label": named("sections", name) },
    el("h2", {}, named("sections", name), few ? null : el("small", {}, ` ${section.total > 10000 ? "10,000+" : section.total}`)),
    few ? facts(names, section.items[0], name) : name === "financial" ? byYear(names, section.items) : table(name, names, section.items),
    shares(section),
    few || name === "sources" ? sources(section.sources) : null,
  );
}

function shares(section) {
  if (section.known_share === undefined || !section.items.length) return null;
  const known = section.known_share === null ? t("unknown") : percent(Number(section.known_share));
  const told = section.unknown_shares ? ` · ${t("undisclosed")}: ${section.unknown_shares}` : "";
  return el("p", { class: "sum" }, `${t("known_share")}: ${known}${told}`);
}

function sources(names) {
  return names?.length ? el("p", { class: "sources" }, `${t("sources")}: ${names.map((name) => valued("source", name)).join(", ")}`) : null;
}

function facts(names, row, section) {
  return el("dl", { class: "facts" }, names.map((name) => [el("dt", {}, fieldName(name, section)), el("dd", {}, shown(name, row[name], row))]));
}

function table(section, names, items) {
  const evident = section !== "sources" && items.some((item) => item.link);
  const columns = names.map((name) => [fieldName(name, section), (item) => shown(name, item[name], item)]);
  if (evident) columns.push([t("evidence"), (item) => evidence(item.link), "evidence"]);
  return rows(named("sections", section), columns, items, { under: (item) => under(section, item) });
}

/** Figures as a statement shows them: a line each, the latest year first. */
function byYear(names, items) {
  const years = [...items].sort((a, b) => b.year - a.year).slice(0, YEARS);
  const heads = ["year", "scope"];
  const year = (item) => [item.year, item.scope ? ` ${valued("scope", item.scope)}` : ""].join("");
  const columns = [
    ["", (name) => fieldName(name)],
    ...years.map((item) => [year(item), (name) => shown(name, item[name], item), "figure"]),
  ];
  return rows(named("sections", "financial"), columns, names.filter((name) => !heads.includes(name)), { first: Infinity });
}

/** What was left out: a few sentences stand open, many are folded. */
export function omitted(told) {
  if (!told?.length) return null;
  const list = el("ul", {}, told.map((one) => el("li", {}, said(one))));
  return el("details", { class: "omitted", open: told.length <= OPEN }, el("summary", {}, t("omitted"), told.length > OPEN ? ` (${told.length})` : ""), list);
}

function nothing(names, given) {
  return el(
    "section",
    { class: "without", "aria-label": t("no_data") },
    el("h2", {}, t("no_data")),
    el("dl", {}, names.map((name) => [el("dt", {}, named("sections", name)), el("dd", {}, given[name].empty ? said(given[name].empty) : t("no_reason"))])),
  );
}
