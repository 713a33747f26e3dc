// What to offer one party next, with what speaks for it; what is not offered, and why, is folded away.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { rows } from "./rows.js";
import { partyLink, shown } from "./values.js";
import { called, said, t, valued } from "./words.js";

/** The openings of a party as the API tells them; without a run or its tables nothing but the reason, which hides nothing else. */
export async function openingsOf(id) {
  try {
    return await ask(`/parties/${encodeURIComponent(id)}/openings`);
  } catch (problem) {
    return { openings: [], not_offered: [], empty: problem.detail || problem.title || String(problem) };
  }
}

/** The card of openings; null where there is neither anything to offer nor anything left out. */
export function openings({ openings: offered, not_offered: left, empty }) {
  if (!offered.length && !left.length) return null;
  const columns = [
    [t("offer"), (one) => [what(one), one.state ? el("small", {}, " ", el("span", { class: "badge" }, valued("opening_state", one.state))) : null]],
    [t("why"), (one) => shown("reasons", one.reasons)],
  ];
  return el(
    "section",
    { class: "card wide", "aria-label": t("openings") },
    el("h2", {}, t("openings"), el("small", {}, ` ${offered.length}`)),
    offered.length ? rows(t("openings"), columns, offered, { first: 5 }) : el("p", { class: "told" }, said(empty)),
    left.length ? notOffered(left) : null,
  );
}

function notOffered(left) {
  const lines = left.map((one) => el("li", {}, what(one), ": ", said(one.text)));
  return el("details", { class: "folded" }, el("summary", {}, `${t("not_offered")} (${left.length})`), el("ul", {}, lines));
}

/** A product, or that it becomes a customer at all. */
function what(one) {
  if (one.product) return called({ ...one.product, id: one.product.product_id });
  return [t("new_customer"), one.linked_to ? [" (", partyLink(one.linked_to), ")"] : null];
}
