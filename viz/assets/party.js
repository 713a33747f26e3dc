// One customer on one page: who it is, its network, and the sections of its 360.

import { el } from "./dom.js";
import { networkPicture } from "./picture.js";
import { badge, columns, fieldName, isEmpty, partyLink, shown } from "./values.js";
import { named, t } from "./words.js";

const FIRST_ROWS = 8;

/** The page of one party from its 360; `network` goes where the picture is to appear. */
export function partyPage(answer, network) {
  const party = answer.party ?? answer.basic ?? {};
  const all = sections(answer);
  const filled = all.filter((section) => section.rows.length || section.facts);
  const without = all.filter((section) => !section.rows.length && !section.facts);
  return [
    head(party),
    omitted(answer.omitted),
    network,
    el("div", { class: "cards" }, filled.map(card)),
    without.length ? el("section", { class: "without" }, el("h2", {}, t("no_data")), el("dl", {}, without.map((section) => [el("dt", {}, section.title), el("dd", {}, section.reason)]))) : null,
  ].filter(Boolean);
}

function head(party) {
  const chips = [named("kinds", party.kind), ...(party.roles ?? []).map((role) => named("roles", role))].filter((chip) => chip && chip !== "undefined");
  const second = party.name_en && party.name_en !== party.name ? el("small", { lang: "en" }, party.name_en) : null;
  return el(
    "div",
    { class: "who" },
    el("h1", { tabindex: "-1" }, party.name ?? party.party_id, " ", second),
    el("p", {}, chips.map((chip) => el("span", { class: "chip" }, chip)), el("code", { title: t("copy") }, party.party_id ?? party.id)),
  );
}

/** The sections as the server orders them: `sections` may be a list or an object by name. */
function sections(answer) {
  const given = answer.sections ?? {};
  const named_ = Array.isArray(given) ? given.map((section) => [section.name ?? section.section, section]) : Object.entries(given);
  return named_.map(([name, section]) => oneSection(name, section ?? {}));
}

function oneSection(name, section) {
  const held = Array.isArray(section) ? { rows: section } : section;
  const rows = (held.rows ?? held.items ?? []).map((row) => (typeof row === "object" && row !== null ? row : { value: row }));
  const facts = held.facts ?? held.values ?? null;
  return {
    name,
    title: named("sections", name),
    rows,
    facts: facts && Object.values(facts).some((value) => !isEmpty(value)) ? facts : null,
    sources: held.sources ?? [],
    total: held.total ?? null,
    omitted: held.omitted ?? [],
    reason: held.empty ?? held.reason ?? t("no_reason"),
  };
}

function card(section) {
  const wide = section.rows.length && columns(section.rows).length > 4;
  return el(
    "section",
    { class: `card${wide ? " wide" : ""}`, "aria-label": section.title },
    el("h2", {}, section.title, section.rows.length > 1 ? el("small", {}, ` ${section.total ?? section.rows.length}`) : null),
    section.facts ? facts(section.facts) : null,
    section.rows.length === 1 && !section.facts ? facts(section.rows[0]) : section.rows.length ? table(section) : null,
    [section.omitted].flat().filter(Boolean).map((told) => el("p", { class: "told" }, sentence(told))),
    section.sources.length ? el("p", { class: "sources" }, `${t("sources")}: ${section.sources.map((one) => one.source ?? one).join(", ")}`) : null,
  );
}

function facts(row) {
  return el("dl", { class: "facts" }, columns([row]).map((name) => [el("dt", {}, fieldName(name)), el("dd", {}, shown(name, row[name], row), flags(name, row))]));
}

function table(section) {
  const names = columns(section.rows);
  const row = (one) => el("tr", {}, names.map((name) => el("td", {}, shown(name, one[name], one), flags(name, one))));
  const body = el("tbody", {}, section.rows.slice(0, FIRST_ROWS).map(row));
  const rest = section.rows.slice(FIRST_ROWS);
  const more = rest.length
    ? el("button", { type: "button", class: "more", onclick: (event) => (body.append(...rest.map(row)), event.target.remove()) }, `${t("more")} (${section.rows.length})`)
    : null;
  return [el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": section.title }, el("table", {}, el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, fieldName(name))))), body)), more];
}

function flags(name, row) {
  return name === "status" && row.flags?.length ? el("small", { class: "told" }, ` ${row.flags.join(", ")}`) : null;
}

export function omitted(list) {
  const told = [list ?? []].flat();
  return told.length ? el("section", { class: "omitted" }, el("h2", {}, t("omitted")), el("ul", {}, told.map((one) => el("li", {}, sentence(one))))) : null;
}

function sentence(told) {
  return typeof told === "string" ? told : (told.text ?? told.what ?? told.reason ?? JSON.stringify(told));
}

/** The network as a picture and as a list, with its buttons. `choose(depth)` asks for another depth. */
export function networkCard(network, depth, choose) {
  const picture = networkPicture(network);
  const list = linkTable(network);
  const say = (name) => el("button", { type: "button", "aria-label": t(name), title: t(name), onclick: picture[name] }, { closer: "+", farther: "−" }[name] ?? t(name));
  const far = [1, 2].map((n) => el("button", { type: "button", "aria-pressed": String(n === depth), onclick: () => choose(n) }, t(`depth_${n}`)));
  const ways = [picture.frame, list].map((part, n) => el("button", { type: "button", "aria-pressed": String(n === 0), onclick: (event) => turn(event.target, part) }, t(n ? "as_list" : "as_picture")));
  const zooms = el("span", { class: "zooms" }, ["closer", "farther", "whole"].map(say));
  list.hidden = true;
  function turn(button, part) {
    for (const other of ways) other.setAttribute("aria-pressed", String(other === button));
    for (const each of [picture.frame, list]) each.hidden = each !== part;
    for (const each of [zooms, picture.legend]) each.hidden = part === list;
  }
  const count = `${network.nodes.length} ${t("parties")}, ${network.links.length} ${t("links")}`;
  const card = el(
    "section",
    { class: "card network", "aria-label": t("network") },
    el("h2", {}, t("network"), el("small", {}, ` ${count}`)),
    el("div", { class: "tools" }, el("span", { role: "group", "aria-label": t("depth") }, far), el("span", { role: "group" }, ways), zooms),
    network.links.length ? null : el("p", {}, t("no_links")),
    picture.frame,
    picture.legend,
    list,
    omitted(network.omitted),
  );
  return { card, draw: picture.draw };
}

function linkTable(network) {
  const by = new Map(network.nodes.map((node) => [node.id, node]));
  const heads = ["from", "link", "to", "status", "source"].map((name) => el("th", { scope: "col" }, t(name)));
  const cells = (link) => [partyLink(by.get(link.from_id) ?? { id: link.from_id }), [named("links", link.type), link.label ? el("b", {}, ` ${link.label}`) : ""], partyLink(by.get(link.to_id) ?? { id: link.to_id }), badge(link.status), link.source ?? ""];
  return el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, network.links.map((link) => el("tr", {}, cells(link).map((cell) => el("td", {}, cell)))))));
}
