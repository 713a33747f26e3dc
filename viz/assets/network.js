// The card with one network: as a picture, or as a list of its links that says the same in words.

import { el } from "./dom.js";
import { omitted } from "./party.js";
import { rows } from "./rows.js";
import { networkPicture } from "./picture.js";
import { badge, partyLink } from "./values.js";
import { named, said, t, valued } from "./words.js";

const SIGNS = { closer: "+", farther: "−", whole: "⤢" };

/** `asked` is {depth, all}; `choose(asked)` asks for another network, `grow(id, kind)` for more of this one. Returns the card, and `draw` to call once the card is in the page. */
export function networkCard(network, asked, choose, grow) {
  const picture = networkPicture(network, grow);
  const list = linkTable(network);
  const far = [1, 2].map((depth) => button(t(`depth_${depth}`), depth === asked.depth, () => choose({ ...asked, depth })));
  const which = [false, true].map((all) => button(t(all ? "everything" : "parties_only"), all === asked.all, () => choose({ ...asked, all })));
  const asPicture = button(t("as_picture"), true, () => turn(false));
  const asList = button(t("as_list"), false, () => turn(true));
  const zooms = el("span", { class: "zooms" }, ["closer", "farther", "whole"].map((name) => el("button", { type: "button", "aria-label": t(name), title: t(name), onclick: picture[name] }, SIGNS[name])));
  function turn(toList) {
    asPicture.setAttribute("aria-pressed", String(!toList));
    asList.setAttribute("aria-pressed", String(toList));
    list.hidden = !toList;
    for (const part of [picture.frame, picture.legend, zooms]) part.hidden = toList;
  }
  turn(false);
  const card = el(
    "section",
    { class: "card network", "aria-label": t("network") },
    el("h2", {}, t("network"), el("small", {}, ` ${network.nodes.length} ${t("parties")}, ${network.links.length} ${t("links")}`)),
    el("div", { class: "tools" }, el("span", { role: "group", "aria-label": t("depth") }, far), el("span", { role: "group", "aria-label": t("which") }, which), el("span", { role: "group", "aria-label": t("as_picture") }, asPicture, asList)),
    network.links.length ? null : el("p", {}, t("no_links")),
    picture.frame,
    zooms,
    picture.legend,
    list,
    omitted(network.omitted),
  );
  return { card, draw: picture.draw };
}

function button(text, pressed, onclick) {
  return el("button", { type: "button", "aria-pressed": String(pressed), onclick }, text);
}

function linkTable(network) {
  const by = new Map(network.nodes.map((node) => [node.id, node]));
  const end = (id) => partyLink(by.get(id) ?? { id });
  const columns = [
    [t("from"), (link) => end(link.from_id)],
    [t("link"), (link) => [named("links", link.type), link.label ? el("b", {}, ` ${said(link.label)}`) : ""]],
    [t("to"), (link) => end(link.to_id)],
    [t("status"), (link) => badge(link.status)],
    [t("source"), (link) => (link.source ? valued("source", link.source) : "")],
  ];
  return el("div", { class: "list" }, rows(t("as_list"), columns, network.links, { first: Infinity }));
}
