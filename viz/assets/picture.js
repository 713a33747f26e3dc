// One network as an SVG: parties are links that the keyboard reaches, what is not shown hangs on them as buttons with the
// true numbers, the frame scrolls, and the list says the same in words.

import { drawn, el } from "./dom.js";
import { hidden, nextLevel } from "./expand.js";
import { places } from "./layout.js";
import { addressOf } from "./values.js";
import { beside, called, named, said, t, told, word } from "./words.js";

const MARGIN = { x: 92, top: 44, bottom: 62 };
const READABLE = 0.72; // smaller than this labels cannot be read: rather scroll
const STEPS = 1.25;
const LABELLED = 45; // links; with more of them only those that carry a figure or a word of their own are labelled
const NAME = { most: 146, size: 14, second: 12, focus: 186 }; // a name's width and letters; a place is 158 wide
const PLACES = [0, 0.06, -0.06, 0.12, -0.12, 0.18, -0.18, 0.25, -0.25]; // where a label may stand beside its own place

/** `grow(id, kind)` asks for more of a party's links, of one kind where it is given. */
export function networkPicture(network, grow) {
  const { nodes, links, focus } = network;
  const frame = el("div", { class: "frame", tabindex: "0", role: "group", "aria-label": `${t("network")}: ${nodes.length} ${t("parties")}, ${links.length} ${t("links")}` });
  const rest = pills(network);
  let scale = 1;
  let box = null;
  let svg = null;

  function draw() {
    const wide = (frame.clientWidth || 800) / (frame.clientHeight || 460);
    const at = places(focus, [...nodes, ...rest], [...links, ...rest.map((pill) => pill.link)], family, wide);
    box = bounds([...at.values()]);
    svg = drawn("svg", { viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`, class: "network" });
    svg.append(
      arrowHeads(),
      ...paths(links, at, focus, taken([...nodes, ...rest], at, focus)),
      ...rest.map((pill) => pillOf(pill, at, grow)),
      ...nodes.map((node) => party(node, at.get(node.id), node.id === focus)),
      ...nodes.filter((node) => node.id !== focus).map((node) => growth(network, node, at.get(node.id), grow)).filter(Boolean),
    );
    frame.replaceChildren(svg);
    fit(READABLE);
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

function family(type) {
  return told.family_of[type] ?? "business";
}

/** What is not shown of the focus, by kind and direction: each has a place of its own in the picture. */
function pills(network) {
  return network.caps
    .filter((cap) => cap.node_id === network.focus && cap.total > cap.shown)
    .map((cap) => {
      const id = `more ${cap.kind} ${cap.outgoing}`;
      const [from_id, to_id] = cap.outgoing ? [network.focus, id] : [id, network.focus];
      return { id, kind: cap.kind, count: cap.total - cap.shown, ends: nextLevel(network, network.focus, cap.kind) === null, focus: network.focus, link: { from_id, to_id, type: cap.kind } };
    });
}

function pillOf(pill, at, grow) {
  const place = at.get(pill.id);
  const end = at.get(pill.focus);
  const text = `+${counted(pill.count)} ${named("links", pill.kind)}`;
  const half = Math.min(70, 14 + widthOf(text, 14, 7.4) / 2);
  return drawn(
    "g",
    {},
    drawn("path", { class: "line more", d: between(place, end, 0, { from: 18, to: 30 }).d }),
    drawn(
      "g",
      { class: `pill ${family(pill.kind)}`, ...(pill.ends ? {} : pressed(`${t("show_more")}: ${text}`, () => grow(pill.focus, pill.kind))) },
      drawn("rect", { x: place.x - half, y: place.y - 15, width: 2 * half, height: 30, rx: 15 }),
      drawn("text", { x: place.x, y: place.y + 5 }, text),
    ),
  );
}

/** The button beside a party that shows its own links: `+`, with their number where it is known. */
function growth(network, node, place, grow) {
  const count = hidden(network, node);
  if (count === 0 || !String(node.id).startsWith("P-") || nextLevel(network, node.id) === null) return null;
  const text = count === null ? "+" : `+${counted(count)}`;
  const half = Math.max(10, 5 + text.length * 3.9);
  const x = place.x + 14 + half;
  return drawn(
    "g",
    { class: "grow", ...pressed(`${t("expand")} ${called(node)}${count === null ? "" : ` (${count})`}`, () => grow(node.id, "")) },
    drawn("rect", { x: x - half, y: place.y - 25, width: 2 * half, height: 20, rx: 10 }),
    drawn("text", { x, y: place.y - 10.5 }, text),
  );
}

function pressed(label, act) {
  const onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  };
  return { role: "button", tabindex: "0", "aria-label": label, onclick: act, onkeydown };
}

function counted(count) {
  return count > 9999 ? "9,999+" : count.toLocaleString("en");
}

function bounds(all) {
  const xs = all.map((place) => place.x);
  const ys = all.map((place) => place.y);
  const x = Math.min(...xs) - MARGIN.x;
  const y = Math.min(...ys) - MARGIN.top;
  return { x, y, width: Math.max(...xs) + MARGIN.x - x, height: Math.max(...ys) + MARGIN.bottom - y };
}

function arrowHeads() {
  const heads = Object.keys(told.families).map((name) =>
    drawn("marker", { id: `head-${name}`, class: `head ${name}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" }, drawn("path", { d: "M0 1 L10 5 L0 9 z" })),
  );
  return drawn("defs", {}, ...heads);
}

/** Lines first, their labels after them, so that no line strikes a label through; links across have theirs in the list. */
function paths(links, at, focus, full) {
  const lines = [];
  const labels = [];
  for (const { link, bend, shift } of bent(links)) {
    const from = at.get(link.from_id);
    const to = at.get(link.to_id);
    if (!from || !to || link.from_id === link.to_id) continue;
    const inward = to.parent !== link.from_id; // it leads toward the focus
    const near = (id) => (id === focus ? 30 : 19);
    const curve = between(from, to, bend, { from: near(link.from_id), to: near(link.to_id) + 4 });
    const kind = `${family(link.type)} ${link.status ?? "confirmed"}`;
    lines.push(drawn("path", { class: `line ${kind}`, d: curve.d, "marker-end": `url(#head-${family(link.type)})` }, drawn("title", {}, sentence(link))));
    const isBranch = to.parent === link.from_id || from.parent === link.to_id;
    const text = isBranch ? labelled(link) || (links.length > LABELLED ? "" : named("links", link.type)) : "";
    const box = text && freeBox(text, curve, labelPlace(from, to, inward) + shift, full);
    if (!box) continue;
    full.push(box);
    labels.push(drawn("rect", { class: "paper", ...box }), drawn("text", { class: `label ${kind}`, x: box.x + box.width / 2, y: box.y + 11, "aria-hidden": "true" }, text));
  }
  return [...lines, ...labels];
}

/** How far along a link (0..1) its label stands: near the party farther from the focus, where lines are apart. */
function labelPlace(from, to, inward) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const outer = inward ? from : to;
  const distance = (outer.y < Math.max(from.y, to.y) - 40 ? 84 : 60) + 62 * Math.abs((to.x - from.x) / length); // its name stands below a mark
  const place = Math.min(0.5, Math.max(0.3, distance / length));
  return inward ? place : 1 - place;
}

/** What stands on a link; whole amounts go without their hundredths. */
function labelled(link) {
  return said(link.label).replace(/(\d)\.00$/, "$1");
}

function widthOf(text, wide, narrow) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? wide : narrow), 0);
}

/** A label's own bit of background, near its place on the curve where nothing else stands; null where all is full: the list tells it. */
function freeBox(text, curve, place, full) {
  const width = widthOf(text, 12.5, 6.6);
  for (const step of PLACES) {
    const where = place + step;
    if (where < 0.1 || where > 0.9) continue;
    const box = { x: curve.x(where) - width / 2, y: curve.y(where) - 7, width, height: 14 };
    if (!full.some((other) => meets(box, other))) return box;
  }
  return null;
}

function meets(one, other) {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;
}

/** Where marks and names stand: no label may cover them. */
function taken(nodes, at, focus) {
  return nodes.flatMap((node) => {
    const place = at.get(node.id);
    const r = node.id === focus ? 25 : 15;
    if (node.link) return [{ x: place.x - 70, y: place.y - 15, width: 140, height: 30 }];
    const mark = { x: place.x - r, y: place.y - r, width: 2 * r, height: 2 * r };
    const names = lines(node, node.id === focus).map((line, nth) => {
      const width = lineWidth(line.text, line.second);
      return { x: place.x - width / 2, y: place.y + r + 5 + 16 * nth, width, height: 15 };
    });
    const more = { x: place.x + 14, y: place.y - 25, width: 24, height: 20 };
    return [mark, more, ...names];
  });
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
      return { link, bend: side * 46, shift: Math.max(-0.2, Math.min(0.2, side * 0.3)) };
    }),
  );
}

/** A curve cut short at both ends, and the points on it (0..1). */
function between(from, to, bend, cut) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const middle = { x: (from.x + to.x) / 2 - along.y * bend, y: (from.y + to.y) / 2 + along.x * bend };
  const start = toward(from, middle, cut.from);
  const end = toward(to, middle, cut.to);
  return {
    d: `M${start.x.toFixed(1)} ${start.y.toFixed(1)} Q${middle.x.toFixed(1)} ${middle.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}`,
    x: (where) => bezier(start.x, middle.x, end.x, where),
    y: (where) => bezier(start.y, middle.y, end.y, where),
  };
}

function bezier(a, b, c, t) {
  return (1 - t) ** 2 * a + 2 * (1 - t) * t * b + t ** 2 * c;
}

function toward(from, to, by) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by };
}

function party(node, place, isFocus) {
  const r = isFocus ? 25 : 15;
  const shape =
    node.kind === "person"
      ? drawn("circle", { cx: place.x, cy: place.y, r })
      : drawn("rect", { x: place.x - r, y: place.y - r, width: 2 * r, height: 2 * r, rx: 4 });
  const roles = (node.roles ?? []).map((role) => named("roles", role));
  const facts = [called(node), beside(node), named("kinds", node.kind), ...roles].filter(Boolean).join(", ");
  const kind = ["person", "company"].includes(node.kind) ? node.kind : "other";
  const address = addressOf(node);
  return drawn(
    address ? "a" : "g",
    { class: `party ${kind}${isFocus ? " focus" : ""}`, href: address, "aria-label": facts, "aria-current": isFocus ? "true" : null },
    drawn("title", {}, facts),
    shape,
    lines(node, isFocus).map((text, nth) => drawn("text", { class: text.second ? "second" : null, x: place.x, y: place.y + r + 17 + 16 * nth }, text.text)),
  );
}

/** A name on at most two lines; where it takes one, the English name has the other. */
function lines(node, isFocus) {
  const most = isFocus ? NAME.focus : NAME.most;
  const name = called(node);
  const second = beside(node);
  if (second) return [{ text: shortened(name, most) }, { text: shortened(second, most, true), second: true }];
  const letters = fitting(name, most);
  if (letters === name.length) return [{ text: name }];
  const blank = name.lastIndexOf(" ", letters) + 1;
  const half = blank || Math.ceil(Math.min(name.length, 2 * letters) / 2);
  return [{ text: name.slice(0, half).trim() }, { text: shortened(name.slice(half), most) }];
}

function lineWidth(text, second = false) {
  const size = second ? NAME.second : NAME.size;
  return widthOf(text, size, size * 0.6);
}

/** How many letters of a text are no wider than `most`. */
function fitting(text, most, second = false) {
  let letters = text.length;
  while (letters && lineWidth(text.slice(0, letters), second) > most) letters -= 1;
  return letters;
}

function shortened(text, most, second = false) {
  if (fitting(text, most, second) === text.length) return text;
  return `${text.slice(0, fitting(text, most - (second ? NAME.second : NAME.size), second))}…`;
}

function sentence(link) {
  const status = link.status && link.status !== "confirmed" ? `, ${named("statuses", link.status)}` : "";
  return [named("links", link.type), said(link.label)].filter(Boolean).join(" ") + status;
}

function legend(nodes, links) {
  const kinds = [...new Set(nodes.map((node) => node.kind))].sort();
  const families = Object.keys(told.families).filter((name) => links.some((link) => family(link.type) === name));
  const item = (mark, text) => el("li", {}, el("i", { class: mark, "aria-hidden": "true" }), text);
  return el(
    "ul",
    { class: "legend" },
    item("dot focus", t("focus")),
    kinds.map((kind) => item(kind === "person" ? "dot person" : `box ${kind === "company" ? "company" : "other"}`, named("kinds", kind))),
    families.map((name) => item(`stroke ${name}`, word(told.families[name]))),
    links.some((link) => (link.status ?? "confirmed") !== "confirmed") ? item("stroke dashed", t("doubtful")) : null,
    el("li", {}, t("expand_hint")),
  );
}

/** The mouse moves the picture by dragging; fingers and keys scroll it by themselves. */
function dragged(frame) {
  let from = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("a, [role=button]")) from = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop };
    if (from) frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    frame.scrollLeft = from.x - event.clientX;
    frame.scrollTop = from.y - event.clientY;
  });
  for (const done of ["pointerup", "pointercancel"]) frame.addEventListener(done, () => (from = null));
}
