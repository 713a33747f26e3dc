// The place of one party's network on its page: asks for it, redraws it, and grows it where it is clicked.

import { ask } from "./api.js";
import { el, say } from "./dom.js";
import { FIRST, FIRST_FAR, MOST_FAR, merged, nextLevel } from "./expand.js";
import { networkCard } from "./network.js";
import { said, t, told as given } from "./words.js";

/** Resolves to {paint, draw} once the network is there: `paint()` gives its element, `draw()` draws it once it is in the page. */
export async function networkSlot(id) {
  let asked = { depth: 1, all: false };
  let network = await askFor(id, asked);
  let slot = null;

  function paint() {
    slot = el("div", { id: "network" });
    return slot;
  }

  function draw() {
    if (network.problem) {
      slot.replaceChildren(el("section", { class: "card" }, el("h2", {}, t("network")), told(network.problem, () => another(asked))));
      return;
    }
    const { card, draw: drawn } = networkCard(network, asked, another, grow);
    slot.replaceChildren(card);
    drawn();
  }

  async function another(next) {
    asked = next;
    await replaced(askFor(id, asked));
    slot.querySelector('[aria-pressed="true"]')?.focus();
  }

  async function grow(from, kind) {
    const level = nextLevel(network, from, kind);
    const kinds = kind ? [["kinds", kind]] : kindsOf(asked.all);
    const before = network;
    await replaced(
      ask(`${pathOf(from)}/network`, [["depth", 1], ["per_kind", level], ["limit", 1000], ...kinds])
        .then((more) => merged(network, more, from, kind, level))
        .catch((problem) => ({ ...network, omitted: [problem.told ?? String(problem)] })),
    );
    const gained = network.nodes.length - before.nodes.length;
    say(gained ? `${gained} ${t("parties")}` : t("nothing_more"));
    slot.querySelector(".frame")?.focus({ preventScroll: true });
  }

  async function replaced(coming) {
    const mine = slot;
    mine.setAttribute("aria-busy", "true");
    const found = await coming;
    if (!slot.isConnected) return;
    network = found;
    slot.removeAttribute("aria-busy");
    draw();
  }

  return { paint, draw };
}

function pathOf(id) {
  return `/parties/${encodeURIComponent(id)}`;
}

function kindsOf(all) {
  return all ? [] : given.party_links.map((kind) => ["kinds", kind]);
}

/** The network as asked for, or {problem}: the rest of the page stands without it. */
function askFor(id, { depth, all }) {
  const size = depth > 1 ? [["per_kind", FIRST_FAR], ["limit", MOST_FAR]] : [["per_kind", FIRST]];
  return ask(`${pathOf(id)}/network`, [["depth", depth], ...size, ...kindsOf(all)]).catch((problem) => ({ problem }));
}

function told(problem, again) {
  return el("div", { class: "bad", role: "alert" }, el("p", {}, said(problem.detail || problem.title || String(problem))), el("button", { type: "button", onclick: again }, t("again")));
}
