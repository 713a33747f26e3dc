// One group on one page: what kind it is, who heads it, and every member with the reasons why it belongs there.

import { decisions } from "./decisions.js";
import { el } from "./dom.js";
import { omitted } from "./party.js";
import { rows } from "./rows.js";
import { badge, evidence, money, partyLink, percent, shown } from "./values.js";
import { called, named, said, t, valued, word } from "./words.js";

const MEMBERS = 25; // shown at first

/** The page of one group from its answer and its tests against limits. */
export function groupPage(answer, tests) {
  const columns = [
    [t("party"), (member) => [partyLink(member.party), member.party.kind ? el("small", {}, ` ${named("kinds", member.party.kind)}`) : null]],
    [t("role"), (member) => (member.role ? valued("role", member.role) : "–")],
    [t("status"), (member) => badge(member.status)],
    [t("why"), (member) => (member.reasons.length ? shown("reasons", member.reasons) : "–")],
    [t("evidence"), (member) => evidence({ ...member.link, status: "confirmed" }), "evidence"], // the status has a column of its own
  ];
  return [
    head(answer),
    tests.length ? limits(tests) : null,
    el(
      "section",
      { class: "card", "aria-label": t("members") },
      el("h2", {}, t("members"), el("small", {}, ` ${answer.total > 10000 ? "10,000+" : answer.total}`)),
      rows(t("members"), columns, answer.members, { first: MEMBERS }),
    ),
    decisions(answer.decisions),
    reasons(answer.because),
    omitted(answer.omitted),
  ].filter(Boolean);
}

/** What a group is called: by its own name or, where a run found it, by its heads'; its id where none of them may be seen. */
export function groupName(group) {
  if (group.kind === "declared" && group.name) return group.name;
  const heads = group.heads.map(called).join("、") || group.name;
  return heads ? t("group_of").replace("{name}", heads) : group.group_id;
}

function head(group) {
  const heads = group.heads.map((one) => partyLink(one)).flatMap((link, nth) => (nth ? ["、", link] : [link]));
  return el(
    "div",
    { class: "who" },
    el("h1", { tabindex: "-1" }, groupName(group)),
    el("p", {}, el("span", { class: "chip" }, t("group")), group.kind ? el("span", { class: "chip" }, valued("kind", group.kind)) : null, el("code", { title: t("group_id") }, group.group_id)),
    el("p", { class: "heads" }, el("span", { class: "told" }, `${t("heads")}: `), heads.length ? heads : t("head_hidden")),
  );
}

/** What the bank has lent the group together, against each limit. */
function limits(tests) {
  const columns = [
    [t("limit_test"), (test) => [word([test.title ?? test.test, test.title_zh ?? test.title ?? test.test]), el("small", {}, " ", el("code", {}, test.rules), test.article ? ` ${said(test.article)}` : "")]],
    [t("reading"), (test) => valued("reading", test.status)],
    [t("exposure"), (test) => [test.unknown ? `${t("at_least")} ` : "", money(test.amount), test.unknown ? el("small", {}, ` + ${test.unknown} ${t("of_unknown")}`) : null]],
    [t("ratio"), (test) => (test.ratio ? percent(Number(test.ratio)) : t(test.base ? "not_above_zero" : "unknown"))],
    [t("limit"), (test) => [percent(Number(test.limit)), test.allowed ? el("small", {}, " ", money(test.allowed)) : null]],
    [t("state_of_limit"), (test) => el("span", { class: `badge limit-${test.state}` }, valued("limit_state", test.state))],
  ];
  return el("section", { class: "card", "aria-label": t("limits") }, el("h2", {}, t("limits")), rows(t("limits"), columns, tests, { first: tests.length }));
}

function reasons(because) {
  if (!because?.length) return null;
  return el(
    "section",
    { class: "card", "aria-label": t("why_group") },
    el("h2", {}, t("why_group")),
    because.map((one) => el("p", {}, said(one.text), el("small", { class: "told" }, [said(one.article), `${one.links.length} ${t("links")}`].filter(Boolean).map((text) => ` ${text}`).join(" ·")))),
  );
}
