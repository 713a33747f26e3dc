// A table of items of which the first few stand open.

import { el } from "./dom.js";
import { t } from "./words.js";

const FIRST_ROWS = 6;

/**
 * A table of items, the first few of them shown. Each column is [head, cell of an item, class]; `under(item)` are rows that
 * stand under it. On a phone a row is a card.
 */
export function rows(label, columns, items, { first = FIRST_ROWS, under: below = () => [] } = {}) {
  const row = (item, kind) => el("tr", { role: "row", class: kind }, columns.map(([head, cell, of]) => el("td", { role: "cell", class: of, "data-head": head }, el("div", {}, cell(item)))));
  const whole = (item) => [row(item), ...below(item).map((one) => row(one, "under"))];
  const body = el("tbody", { role: "rowgroup" }, items.slice(0, first).map(whole));
  const more = el("button", { type: "button", class: "more" }, `${t("more")} (${items.length})`);
  more.addEventListener("click", () => {
    body.append(...items.slice(first).flatMap(whole));
    more.remove();
  });
  const heads = el("tr", { role: "row" }, columns.map(([head]) => el("th", { scope: "col", role: "columnheader" }, head)));
  const made = el("table", { role: "table" }, el("thead", { role: "rowgroup" }, heads), body);
  return [el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, made), items.length > first ? more : null];
}
