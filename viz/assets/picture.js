// One network as an SVG: parties are links that the keyboard reaches, the frame scrolls, the list says the same in words.

import { drawn, el } from "./dom.js";
import { places } from "./layout.js";
import { named, t, told, word } from "./words.js";

const MARGIN = { x: 110, top: 50, bottom: 66 };
const READABLE = 0.72; // smaller than this labels cannot be read: rather scroll
const STEPS = 1.25;
const FEW = 45; // links; with more of them only those that carry a figure or a word of their own are labelled

export function networkPicture(network) {
  const nodes = network.nodes ?? [];
  const links = network.links ?? [];
  const focus = network.focus;
  const frame = el("div", { class: "frame", tabindex: "0", role: "group", "aria-label": `${t("network")}: ${nodes.length} ${t("parties")}, ${links.length} ${t("links")}` });
  let scale = 1;
  let box = null;
  let svg = null;

  function draw() {
    const wide = (frame.clientWidth || 800) / (frame.clientHeight || 460);
    const at = places(focus, nodes, links, (type) => told.family_of[type] ?? "business", wide);
    box = bounds([...at.values()]);
    svg = drawn("svg", { viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`, class: "network" });
    svg.append(arrowHeads(), ...paths(links, at, focus), ...nodes.map((node) => party(node, at.get(node.id), node.id === focus, wide < 1 ? 8 : 13)));
    frame.replaceChildren(svg);
    fit(nodes.length > FEW ? READABLE / 2 : READABLE);
  }

  function size(next, middle = centre()) {
    scale = Math.min(3, Math.max(0.1, next));
    svg.setAttribute("width", box.width * scale);
    svg.setAttribute("height", box.height * scale);
    frame.scrollLeft = (middle.x - box.x) * scale - frame.clientWidth / 2;
    frame.scrollTop = (middle.y - box.y) * scale - frame.clientHeight / 2;
  }
  function centre() {
    return { x: box.x + (frame.scrollLeft + frame.clientWidth / 2) / scale, y: box.y + (frame.scrollTop + frame.clientHeight / 2) / scale };
  }
  function fit(least) {
    const whole = Math.min((frame.clientWidth - 4) / box.width, (frame.clientHeight - 4) / box.height);
    size(Math.max(least, Math.min(1.15, whole)), { x: 0, y: 0 });
  }

  dragged(frame);
  return {
    frame,
    draw,
    legend: legend(nodes, links),
    closer: () => size(scale * STEPS),
    farther: () => size(scale / STEPS),
    whole: () => fit(0),
  };
}

function bounds(all) {
  const xs = all.map((place) => place.x);
  const ys = all.map((place) => place.y);
  const x = Math.min(...xs) - MARGIN.x;
  const y = Math.min(...ys) - MARGIN.top;
  return { x, y, width: Math.max(...xs) + MARGIN.x - x, height: Math.max(...ys) + MARGIN.bottom - y };
}

function arrowHeads() {
  const heads = Object.keys(told.families).map((family) =>
    drawn("marker", { id: `head-${family}`, class: `head ${family}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" }, drawn("path", { d: "M0 1 L10 5 L0 9 z" })),
  );
  return drawn("defs", {}, ...heads);
}

/** Lines first, their labels after them, so that no line strikes a label through. */
function paths(links, at, focus) {
  const lines = [];
  const labels = [];
  for (const { link, bend, shift } of bent(links)) {
    const from = at.get(link.from_id);
    const to = at.get(link.to_id);
    if (!from || !to || link.from_id === link.to_id) continue;
    const family = told.family_of[link.type] ?? "business";
    const fromFocus = link.from_id === focus;
    const toFocus = link.to_id === focus;
    const where = (fromFocus ? 0.6 : toFocus ? 0.45 : 0.5) + shift;
    const curve = between(from, to, bend, { from: fromFocus ? 30 : 19, to: toFocus ? 34 : 23 }, where);
    const kind = `${family} ${link.status ?? "confirmed"}`;
    lines.push(drawn("path", { class: `line ${kind}`, d: curve.d, "marker-end": `url(#head-${family})` }, drawn("title", {}, sentence(link))));
    const text = link.label || (links.length > FEW ? "" : named("links", link.type));
    if (!text) continue;
    labels.push(paper(text, curve), drawn("text", { class: `label ${kind}`, x: curve.x, y: curve.y + 4, "aria-hidden": "true" }, text));
  }
  return [...lines, ...labels];
}

/** A label's own bit of background: without it the line shows between the words. */
function paper(text, at) {
  const half = [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 12.5 : 6.6), 0) / 2;
  return drawn("rect", { class: "paper", x: at.x - half, y: at.y - 7, width: 2 * half, height: 14 });
}

/** Each link with how far it bends and its label is shifted: several between the same two parties lie side by side. */
function bent(links) {
  const pairs = new Map();
  for (const link of links) {
    const pair = [link.from_id, link.to_id].sort().join("\u0000");
    pairs.set(pair, [...(pairs.get(pair) ?? []), link]);
  }
  return [...pairs.values()].flatMap((same) =>
    same.map((link, nth) => {
      const side = (nth - (same.length - 1) / 2) * (link.from_id < link.to_id ? 1 : -1);
      return { link, bend: side * 46, shift: Math.max(-0.2, Math.min(0.2, side * 0.15)) };
    }),
  );
}

/** A curve cut short at both ends, and the point on it at `where` (0..1) for its label. */
function between(from, to, bend, cut, where) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const middle = { x: (from.x + to.x) / 2 - along.y * bend, y: (from.y + to.y) / 2 + along.x * bend };
  const start = toward(from, middle, cut.from);
  const end = toward(to, middle, cut.to);
  return {
    d: `M${start.x.toFixed(1)} ${start.y.toFixed(1)} Q${middle.x.toFixed(1)} ${middle.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}`,
    x: bezier(start.x, middle.x, end.x, where),
    y: bezier(start.y, middle.y, end.y, where),
  };
}

function bezier(a, b, c, t) {
  return (1 - t) ** 2 * a + 2 * (1 - t) * t * b + t ** 2 * c;
}

function toward(from, to, by) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by };
}

function party(node, place, isFocus, most) {
  const r = isFocus ? 25 : 15;
  const shape =
    node.kind === "person"
      ? drawn("circle", { cx: place.x, cy: place.y, r })
      : drawn("rect", { x: place.x - r, y: place.y - r, width: 2 * r, height: 2 * r, rx: 4 });
  const roles = (node.roles ?? []).map((role) => named("roles", role));
  const facts = [node.name, node.name_en, named("kinds", node.kind), ...roles].filter(Boolean).join(", ");
  const second = node.name_en && node.name_en !== node.name ? node.name_en : null;
  const kind = ["person", "company"].includes(node.kind) ? node.kind : "other";
  const isParty = kind !== "other" || String(node.id).startsWith("P-");
  return drawn(
    isParty ? "a" : "g",
    { class: `party ${kind}${isFocus ? " focus" : ""}`, href: isParty ? `#/party/${encodeURIComponent(node.id)}` : null, "aria-label": facts, "aria-current": isFocus ? "true" : null },
    drawn("title", {}, facts),
    shape,
    drawn("text", { x: place.x, y: place.y + r + 17 }, shortened(node.name ?? node.id, isFocus ? 16 : most)),
    second ? drawn("text", { class: "second", x: place.x, y: place.y + r + 32 }, shortened(second, isFocus ? 16 : most)) : null,
  );
}

function shortened(text, most) {
  const wide = /[\u3000-\uffff]/.test(text) ? most : most * 1.9;
  return text.length <= wide ? text : `${text.slice(0, wide - 1)}…`;
}

function sentence(link) {
  const status = link.status && link.status !== "confirmed" ? `, ${named("statuses", link.status)}` : "";
  return [named("links", link.type), link.label].filter(Boolean).join(" ") + status;
}

function legend(nodes, links) {
  const kinds = [...new Set(nodes.map((node) => node.kind))].sort();
  const families = Object.keys(told.families).filter((family) => links.some((link) => (told.family_of[link.type] ?? "business") === family));
  const item = (mark, text) => el("li", {}, el("i", { class: mark, "aria-hidden": "true" }), text);
  return el(
    "ul",
    { class: "legend" },
    item("dot focus", t("focus")),
    kinds.map((kind) => item(kind === "person" ? "dot person" : `box ${kind === "company" ? "company" : "other"}`, named("kinds", kind))),
    families.map((family) => item(`stroke ${family}`, word(told.families[family]))),
    links.some((link) => (link.status ?? "confirmed") !== "confirmed") ? item("stroke dashed", t("doubtful")) : null,
  );
}

/** The mouse moves the picture by dragging; fingers and keys scroll it by themselves. */
function dragged(frame) {
  let from = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("a")) from = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop };
    if (from) frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    frame.scrollLeft = from.x - event.clientX;
    frame.scrollTop = from.y - event.clientY;
  });
  for (const done of ["pointerup", "pointercancel"]) frame.addEventListener(done, () => (from = null));
}
