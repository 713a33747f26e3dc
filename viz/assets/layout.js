// Where the parties of a network stand. Pure: the same answer always gives the same places.
//
// A banker reads an ownership chart from top to bottom, so owners go above the party looked at, what it owns below,
// people to its left, and guarantees and business to its right; each further step stands behind the party that leads
// to it. Parties get angles in proportion to what hangs on them.

const SIDES = ["above", "right", "below", "left"]; // clockwise, beginning at the top
const RING = 200; // between rings, in pixels
const ARC = 96; // least length of arc a party needs on its ring: about a short label
const CROWD = 12; // more leaves than this are staggered on several rings close to each other

/** Map of id -> {x, y, hops}, the focus at 0, 0; `wide` is how much wider than high the place for it is. */
export function places(focus, nodes, links, familyOf, wide) {
  const beside = neighbours(nodes, links);
  const tree = spread(focus, beside);
  const sides = Object.fromEntries(SIDES.map((side) => [side, []]));
  for (const child of tree.children.get(focus)) sides[sideOf(focus, child, beside, familyOf)].push(child);
  const weight = weights(focus, tree);
  const order = SIDES.flatMap((side) => sides[side]);
  const total = order.reduce((sum, id) => sum + weight.get(id), 0) || 1;
  const layers = Math.min(3, Math.ceil(total / CROWD));
  const first = Math.max(RING, (total * ARC) / layers / (2 * Math.PI));
  const found = new Map([[focus, { x: 0, y: 0, hops: 0 }]]);
  const across = Math.min(1.5, Math.max(0.85, Math.sqrt(wide)));
  const down = Math.min(1.4, Math.max(1, Math.sqrt(1 / wide)));

  function stand(id, from, to, hops, nth) {
    const middle = (from + to) / 2;
    const radius = first + (hops - 1) * RING + (nth % layers) * 74;
    found.set(id, { x: Math.cos(middle) * radius * across, y: Math.sin(middle) * radius * down, hops });
    fan(tree.children.get(id), from, to, hops + 1);
  }
  function fan(ids, from, to, hops) {
    const sum = ids.reduce((all, id) => all + weight.get(id), 0);
    let at = from;
    for (const [nth, id] of ids.entries()) {
      const next = at + ((to - from) * weight.get(id)) / sum;
      stand(id, at, next, hops, nth);
      at = next;
    }
  }

  const top = sides.above.reduce((sum, id) => sum + weight.get(id), 0) / total;
  const start = order.length ? -Math.PI / 2 - Math.PI * (sides.above.length ? top : 1 / 8) : 0;
  fan(order, start, start + 2 * Math.PI, 1);
  apart(nodes, found, first);
  return found;
}

function neighbours(nodes, links) {
  const beside = new Map(nodes.map((node) => [node.id, []]));
  for (const link of links) {
    if (link.from_id === link.to_id || !beside.has(link.from_id) || !beside.has(link.to_id)) continue;
    beside.get(link.from_id).push({ id: link.to_id, type: link.type, out: true });
    beside.get(link.to_id).push({ id: link.from_id, type: link.type, out: false });
  }
  return beside;
}

/** The tree of shortest ways from the focus, children in the order of their ids. */
function spread(focus, beside) {
  const children = new Map([...beside.keys()].map((id) => [id, []]));
  const seen = new Set([focus]);
  let ring = [focus];
  while (ring.length) {
    const next = [];
    for (const here of ring) {
      const fresh = [...new Set(beside.get(here).map((link) => link.id))].filter((id) => !seen.has(id)).sort();
      for (const id of fresh) {
        seen.add(id);
        children.get(here).push(id);
        next.push(id);
      }
    }
    ring = next;
  }
  return { children, seen };
}

function weights(focus, tree) {
  const found = new Map();
  function weigh(id) {
    const below = tree.children.get(id).reduce((sum, child) => sum + weigh(child), 0);
    const own = Math.max(1, below * 0.8);
    found.set(id, own);
    return own;
  }
  weigh(focus);
  return found;
}

function sideOf(focus, id, beside, familyOf) {
  const links = beside.get(focus).filter((link) => link.id === id);
  for (const link of links) {
    if (familyOf(link.type) !== "ownership") continue;
    const upward = link.type === "CONTROLLED_BY" ? link.out : !link.out;
    return upward ? "above" : "below";
  }
  return links.some((link) => familyOf(link.type) === "people") ? "left" : "right";
}

/** Parties that no drawn link reaches stand in a row below everything. */
function apart(nodes, found, first) {
  const lost = nodes.filter((node) => !found.has(node.id));
  const lowest = Math.max(first, ...[...found.values()].map((place) => place.y));
  for (const [nth, node] of lost.entries()) {
    found.set(node.id, { x: (nth - (lost.length - 1) / 2) * 150, y: lowest + RING, hops: null });
  }
}
