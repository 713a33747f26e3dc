// What people decided about links, where the answer's run has not read it yet: who, when, why, and what has become of it.

import { el } from "./dom.js";
import { rows } from "./rows.js";
import { partyLink, shown } from "./values.js";
import { named, said, t, valued } from "./words.js";

/** The card of an answer's decisions; null where there are none. */
export function decisions(items) {
  if (!items?.length) return null;
  const columns = [
    [t("link"), (one) => (one.link_type === "IDENTIFIES" ? partyLink(one.start) : [partyLink(one.start), ` ${one.link_type === "MEMBER_OF" ? t("one_household") : named("links", one.link_type)} `, partyLink(one.end), one.figures ? el("small", {}, ` ${said(one.figures)}`) : null])],
    [t("decision"), (one) => valued("decision", one.decision)],
    [t("reason"), (one) => one.reason],
    [t("decided_by"), (one) => by(one.proposed_by, one.proposed_at)],
    [t("approved_by"), (one) => (one.approvals.length ? one.approvals.map((approval) => el("div", {}, by(approval.by, approval.at))) : "–")],
    [named("fields", "state"), (one) => [valued("decision_state", one.state), el("small", {}, ` ${said(one.note)}`)]],
  ];
  return el(
    "section",
    { class: "card wide", "aria-label": t("decisions") },
    el("h2", {}, t("decisions"), el("small", {}, ` ${items.length}`)),
    rows(t("decisions"), columns, items),
  );
}

function by(who, at) {
  return [el("code", {}, who), " ", shown("at", at)];
}
