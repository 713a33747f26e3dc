// The grade of a customer with its arithmetic, and what the customer and its households contribute to the bank.

import { el } from "./dom.js";
import { rows } from "./rows.js";
import { money } from "./values.js";
import { named, said, t, valued } from "./words.js";

/** The card of grading and contribution; null where nothing is told. */
export function grading(section) {
  if (!section || (!section.items.length && !section.contributions.length)) return null;
  const title = named("sections", "grading");
  const grade = section.grade === null ? null : el("small", {}, ` ${section.grade} · ${section.points} / ${section.most_points} ${t("points")}`);
  const measured = [
    [t("measure"), (line) => valued("measure", line.measure)],
    [t("reached"), reached],
    [t("band"), (line) => (line.at_least === null ? "–" : `${t("at_least")} ${line.total ? money({ amount: line.at_least, currency: line.total.currency }).textContent : line.at_least}`)],
    [t("points"), (line) => String(line.points), "figure"],
  ];
  const contributed = [
    [t("of_whom"), (one) => [valued("contribution_of", one.of), one.of === "party" ? null : el("small", {}, " ", el("code", {}, one.id))]],
    [t("months"), (one) => `${one.first} – ${one.last}`],
    [valued("measure", "revenue"), (one) => sum(one.revenue), "figure"],
    [valued("measure", "contribution"), (one) => sum(one.contribution), "figure"],
  ];
  return el(
    "section",
    { class: "card wide", "aria-label": title },
    el("h2", {}, title, grade),
    section.items.length ? rows(title, measured, section.items) : el("p", { class: "told" }, said(section.empty)),
    section.contributions.length ? rows(title, contributed, section.contributions) : null,
  );
}

/** What is known of a measure: a count, a sum of months, or of balances their mean. */
function reached(line) {
  if (!line.known) return el("span", { class: "unknown" }, t("unknown"));
  if (!line.total) return String(line.count);
  return [money(line.mean ?? line.total), el("small", {}, ` ${t(line.mean ? "mean_of" : "sum_of")} ${line.months} ${t("of_months")}`)];
}

/** A sum by currency, and how many months of customers are not known. */
function sum(figure) {
  const known = figure.amounts.map((amount, nth) => [nth ? " + " : "", money(amount)]);
  const lacking = figure.unknown ? el("small", {}, ` + ${figure.unknown} ${t("months_unknown")}`) : null;
  return known.length ? [known, lacking] : el("span", { class: "unknown" }, t("unknown"));
}
