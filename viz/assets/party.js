// One customer on one page: who it is, its network, and the sections of its 360.

import { el } from "./dom.js";
import { ORDER, columnsOf, isEmpty } from "./sections.js";
import { evidence, fieldName, percent, shown } from "./values.js";
import { named, t } from "./words.js";

const FIRST_ROWS = 6;
const BESIDE = ["basic", "managers", "branch"]; // short facts that stand beside the picture
const HEAD = new Set(["name", "name_en", "kind", "roles", "sources", "empty"]);

/** The page of one party from its 360; `network` is the element in which the picture appears. */
export function partyPage(answer, network) {
  const given = answer.sections;
  const rest = Object.keys(given).filter((name) => !ORDER.includes(name) && name !== "basic");
  const listed = [...ORDER, ...rest].filter((name) => given[name]);
  const filled = listed.filter((name) => given[name].items.length);
  const without = listed.filter((name) => !given[name].items.length);
  const beside = filled.filter((name) => BESIDE.includes(name));
  const below = filled.filter((name) => !BESIDE.includes(name));
  return [
    head(answer),
    el("div", { class: "first" }, el("div", { class: "side" }, basics(given.basic), beside.map((name) => card(name, given[name]))), network),
    el("div", { class: "cards" }, below.map((name) => card(name, given[name]))),
    omitted(answer.omitted),
    without.length ? nothing(without, given) : null,
  ].filter(Boolean);
}

function head(party) {
  const chips = [party.kind ? named("kinds", party.kind) : null, ...(party.roles ?? []).map((role) => named("roles", role))];
  const second = party.name_en && party.name_en !== party.name ? el("small", { lang: "en" }, party.name_en) : null;
  return el(
    "div",
    { class: "who" },
    el("h1", { tabindex: "-1" }, party.name ?? party.party_id, " ", second),
    el("p", {}, chips.filter(Boolean).map((chip) => el("span", { class: "chip" }, chip)), el("code", { title: t("party_id") }, party.party_id)),
  );
}

function basics(basic) {
  const names = Object.keys(basic ?? {}).filter((name) => !HEAD.has(name) && !isEmpty(basic[name]));
  return el(
    "section",
    { class: "card", "aria-label": named("sections", "basic") },
    el("h2", {}, named("sections", "basic")),
    names.length ? facts(names, basic) : null,
    basic?.empty ? el("p", { class: "told" }, basic.empty) : null,
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
    few ? facts(names, section.items[0]) : table(name, names, section.items),
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
  return names?.length ? el("p", { class: "sources" }, `${t("sources")}: ${names.join(", ")}`) : null;
}

function facts(names, row) {
  return el("dl", { class: "facts" }, names.map((name) => [el("dt", {}, fieldName(name)), el("dd", {}, shown(name, row[name], row))]));
}

function table(section, names, items) {
  const evident = section !== "sources" && items.some((item) => item.link);
  const row = (item) => el("tr", {}, names.map((name) => el("td", {}, shown(name, item[name], item))), evident ? el("td", { class: "evidence" }, evidence(item.link)) : null);
  const body = el("tbody", {}, items.slice(0, FIRST_ROWS).map(row));
  const more = el("button", { type: "button", class: "more" }, `${t("more")} (${items.length})`);
  more.addEventListener("click", () => {
    body.append(...items.slice(FIRST_ROWS).map(row));
    more.remove();
  });
  const heads = [...names.map(fieldName), ...(evident ? [t("evidence")] : [])];
  const whole = el("table", {}, el("thead", {}, el("tr", {}, heads.map((one) => el("th", { scope: "col" }, one)))), body);
  return [el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": named("sections", section) }, whole), items.length > FIRST_ROWS ? more : null];
}

export function omitted(told) {
  return told?.length ? el("section", { class: "omitted" }, el("h2", {}, t("omitted")), el("ul", {}, told.map((one) => el("li", {}, one)))) : null;
}

function nothing(names, given) {
  return el(
    "section",
    { class: "without", "aria-label": t("no_data") },
    el("h2", {}, t("no_data")),
    el("dl", {}, names.map((name) => [el("dt", {}, named("sections", name)), el("dd", {}, given[name].empty ?? t("no_reason"))])),
  );
}
