// Growing a network: what more of it to ask for, and how the answer joins what is shown. Pure.

export const FIRST = 6; // neighbours by kind and direction that a picture begins with
export const FIRST_FAR = 4; // the same of two steps
export const MOST_FAR = 40; // parties of two steps
const STEP = 4; // each time more is asked for, so many times as many
const MOST = 200; // what the server gives at most

/** Whether and how much of a party's own links the picture leaves out: 0 where all is shown, null where nobody has asked. */
export function hidden(network, node) {
  const caps = network.caps.filter((cap) => cap.node_id === node.id);
  if (caps.length) return caps.reduce((sum, cap) => sum + cap.total - cap.shown, 0);
  return node.hops < network.depth || node.id in (network.levels ?? {}) ? 0 : null;
}

/** How many neighbours to ask for next of a party (by one kind, where given); null where the server has no more to give. */
export function nextLevel(network, id, kind = "") {
  const levels = network.levels ?? {};
  const begun = id === network.focus ? (network.depth > 1 ? FIRST_FAR : FIRST) : 0;
  const last = levels[id + kind] ?? levels[id] ?? begun;
  if (last >= MOST) return null;
  return last ? Math.min(MOST, last * STEP) : FIRST;
}

/** The network with the answer about one of its parties (by one kind, where given) joined to it. */
export function merged(network, more, id, kind = "", level = FIRST) {
  const from = network.nodes.find((node) => node.id === id);
  const known = new Set(network.nodes.map((node) => node.id));
  const links = new Set(network.links.map((link) => link.id));
  const answered = (cap) => cap.node_id === id && (!kind || cap.kind === kind);
  const told = `${from.name}: ${kind ? `${kind} neighbours` : ""}`;
  return {
    ...network,
    nodes: [...network.nodes, ...more.nodes.filter((node) => !known.has(node.id)).map((node) => ({ ...node, is_focus: false, hops: from.hops + node.hops }))],
    links: [...network.links, ...more.links.filter((link) => !links.has(link.id))],
    caps: [...network.caps.filter((cap) => !answered(cap)), ...more.caps.filter(answered)],
    omitted: [...new Set([...network.omitted.filter((text) => !text.startsWith(told)), ...more.omitted])],
    levels: { ...network.levels, [id + kind]: level },
  };
}
