// Groups by how near they are to a limit, the nearest first: a list that leads to the page of each.

import { el } from "./dom.js";
import { groupName } from "./group.js";
import { omitted } from "./party.js";
import { rows } from "./rows.js";
import { addressOf, money, percent } from "./values.js";
import { t, valued, word } from "./words.js";

/** The page of an answer of groups. */
export function groupsPage(answer) {
  const columns = [
    [t("group"), (group) => el("a", { href: addressOf(group) }, groupName({ ...group, heads: group.head ? [group.head] : [] }))],
    [t("kind"), (group) => valued("kind", group.kind)],
    [t("members"), (group) => (group.size === null ? "–" : String(group.size))],
    [t("state_of_limit"), (group) => (group.state ? el("span", { class: `badge limit-${group.state}` }, valued("limit_state", group.state)) : "–")],
    [t("limit_test"), (group) => nearest(group)],
  ];
  return [
    el("div", { class: "who" }, el("h1", { tabindex: "-1" }, t("groups_near"), " ", el("small", {}, String(answer.total > 10000 ? "10,000+" : answer.total)))),
    answer.groups.length
      ? el("section", { class: "card", "aria-label": t("groups_near") }, rows(t("groups_near"), columns, answer.groups, { first: answer.groups.length }))
      : el("p", { class: "told" }, t("no_groups")),
    omitted(answer.omitted),
  ].filter(Boolean);
}

/** The test that is nearest to its limit: what it tests, the amount and its part of the capital. */
function nearest(group) {
  const test = [...group.tests].sort((a, b) => Number(b.nearness ?? -1) - Number(a.nearness ?? -1))[0];
  if (!test) return "–";
  const part = test.ratio ? `${percent(Number(test.ratio))} / ${percent(Number(test.limit))}` : t(test.base ? "not_above_zero" : "unknown");
  return [word([test.title ?? test.test, test.title_zh ?? test.title ?? test.test]), el("small", {}, " ", test.unknown ? `${t("at_least")} ` : "", money(test.amount), ` · ${part}`)];
}
