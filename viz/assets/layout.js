// Where the parties of a network stand. Pure: the same answer always gives the same places.
//
// A banker reads an ownership chart from top to bottom, so owners go above the party looked at, what it owns below,
// people to its left, and guarantees and business to its right; where the place is higher than wide, people go above
// and business below as well. What hangs on a party stands behind it, on shelves of a few places each, so that no two
// names share a place however many there are.

const UPRIGHT = { across: 158, along: 122, first: 150 }; // a place above or below: as wide as a name, as high as its mark and two lines
const SIDEWAYS = { across: 78, along: 230, first: 290 };
const TALL = 5; // parties of a column beside the focus
const CORRIDOR = 175; // half the width that stays free above and below the focus

/** Map of id -> {x, y, parent}, the focus at 0, 0; `wide` is how much wider than high the place for it is. */
export function places(focus, nodes, links, familyOf, wide) {
  const beside = neighbours(nodes, links);
  const tree = spread(focus, beside);
  const sides = { above: [], below: [], left: [], right: [] };
  for (const child of tree.get(focus)) sides[sideOf(focus, child, beside, familyOf, wide)].push(child);
  const most = wide < 1 ? 3 : 7;
  const standing = Object.fromEntries(Object.entries(sides).map(([side, ids]) => {
    const upright = side === "above" || side === "below";
    return [side, shelves(ids.map((id) => block(id, tree, upright && wide >= 1 ? 3 : 2)), upright ? most : TALL)];
  }));
  const found = new Map([[focus, { x: 0, y: 0, parent: null }]]);
  const high = (Math.max(standing.left.width, standing.right.width) * SIDEWAYS.across) / 2;
  const broad = Math.max(standing.above.width, standing.below.width) * UPRIGHT.across > 2 * CORRIDOR;
  const first = { ...UPRIGHT, first: broad ? Math.max(UPRIGHT.first, high + 76) : UPRIGHT.first };
  const draw = (side, size, at) => put(standing[side], size, (parent, a, d, id) => found.set(id, { ...at(a, d), parent }), focus);
  draw("above", first, (a, d) => ({ x: a, y: -d }));
  draw("below", first, (a, d) => ({ x: a, y: d }));
  draw("left", SIDEWAYS, (a, d) => ({ x: -d, y: a }));
  draw("right", SIDEWAYS, (a, d) => ({ x: d, y: a }));
  apart(nodes, found);
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

/** The tree of shortest ways from the focus: children of each id, those by one type of link together, in the answer's order. */
function spread(focus, beside) {
  const children = new Map([...beside.keys()].map((id) => [id, []]));
  const seen = new Set([focus]);
  let ring = [focus];
  while (ring.length) {
    const next = [];
    for (const here of ring) {
      const types = [...new Set(beside.get(here).map((link) => link.type))];
      for (const { id } of [...beside.get(here)].sort((a, b) => types.indexOf(a.type) - types.indexOf(b.type))) {
        if (seen.has(id)) continue;
        seen.add(id);
        children.get(here).push(id);
        next.push(id);
      }
    }
    ring = next;
  }
  return children;
}

/** A party with what hangs on it: {id, width, depth, rows}, in places. */
function block(id, tree, most) {
  const behind = shelves(tree.get(id).map((child) => block(child, tree, most)), most);
  return { id, width: Math.max(1, behind.width), depth: 1 + behind.depth, behind };
}

/** Blocks on shelves one behind the other, at most `most` places wide (a wider block has a shelf of its own). */
function shelves(blocks, most) {
  const rows = [];
  const count = Math.ceil(blocks.reduce((sum, one) => sum + one.width, 0) / most);
  const even = Math.ceil(blocks.reduce((sum, one) => sum + one.width, 0) / Math.max(1, count));
  for (const one of blocks) {
    const last = rows.at(-1);
    if (!last || last.width + one.width > Math.max(even, 1)) rows.push({ blocks: [one], width: one.width, depth: one.depth });
    else Object.assign(last, { blocks: [...last.blocks, one], width: last.width + one.width, depth: Math.max(last.depth, one.depth) });
  }
  for (const [nth, row] of rows.entries()) row.shift = nth % 2 && (row.width - rows[nth - 1].width) % 2 === 0 ? 0.5 : 0;
  return { rows, width: Math.max(0, ...rows.map((row) => row.width + 2 * row.shift)), depth: rows.reduce((sum, row) => sum + row.depth, 0) };
}

/** Tells where each block of shelves stands: its parent, how far across and away from the focus, and its id. */
function put(standing, size, tell, parent, middle = 0, behind = 0) {
  let depth = behind;
  for (const row of standing.rows) {
    let left = middle - row.width / 2 + row.shift;
    for (const one of row.blocks) {
      const across = left + one.width / 2;
      tell(parent, across * size.across, size.first + depth * size.along, one.id);
      put(one.behind, size, tell, one.id, across, depth + 1);
      left += one.width;
    }
    depth += row.depth;
  }
}

function sideOf(focus, id, beside, familyOf, wide) {
  const links = beside.get(focus).filter((link) => link.id === id);
  for (const link of links) {
    if (familyOf(link.type) !== "ownership") continue;
    const upward = link.type === "CONTROLLED_BY" ? link.out : !link.out;
    return upward ? "above" : "below";
  }
  const person = links.some((link) => familyOf(link.type) === "people");
  if (wide < 1) return person ? "above" : "below";
  return person ? "left" : "right";
}

/** Parties that no drawn link reaches stand in a row below everything. */
function apart(nodes, found) {
  const lost = nodes.filter((node) => !found.has(node.id));
  const lowest = Math.max(...[...found.values()].map((place) => place.y));
  for (const [nth, node] of lost.entries()) {
    found.set(node.id, { x: (nth - (lost.length - 1) / 2) * UPRIGHT.across, y: lowest + UPRIGHT.along, parent: null });
  }
}
