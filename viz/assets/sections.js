// What each section of a 360 shows, in the order a relationship manager reads it. Columns without any value are left
// out, except those whose absence is news (a share, an amount): they say "unknown".

export const ORDER = [
  "managers", "branch", "owners", "controllers", "key_persons", "owned", "controlled", "posts", "groups", "household", "family", "kin", "referred_by", "referred", "risk",
  "facilities", "guarantees_given", "guarantees_received", "depends_on", "dependents", "financial", "products", "accounts", "tags", "services", "campaigns", "events", "identifiers", "possibly_same", "sources",
];

const COLUMNS = {
  identifiers: ["kind", "text", "use", "shared_with"],
  financial: ["year", "scope", "revenue", "net_profit", "total_assets", "equity", "expenditure", "deposits", "loans", "assets_managed", "bank_revenue", "contribution"],
  facilities: ["code", "product", "limit_amount", "drawn_amount", "matures_on", "classification", "guarantee_kind", "state"],
  accounts: ["account_no", "account_kind", "role", "balance", "frozen_amount", "opened_on", "closed_on", "state"],
  products: ["name", "family", "balance", "since", "until"],
  managers: ["name", "role", "post", "code", "left_on"],
  branch: ["name", "level", "code", "above"],
  owners: ["party", "share", "votes", "share_min", "share_max", "amount", "holding_kind"],
  owned: ["party", "share", "votes", "share_min", "share_max", "amount", "holding_kind"],
  controllers: ["party", "basis", "votes", "declared"],
  controlled: ["party", "basis", "votes", "declared"],
  groups: ["name", "kind", "role", "head", "members", "reasons"],
  household: ["members", "reasons"],
  family: ["head", "households", "companies", "reasons", "totals"],
  guarantees_given: ["party", "amount", "kind", "contract"],
  guarantees_received: ["party", "amount", "kind", "contract"],
  depends_on: ["party", "criterion", "weight", "part", "whole"],
  dependents: ["party", "criterion", "weight", "part", "whole"],
  key_persons: ["party", "post"],
  posts: ["party", "post"],
  kin: ["party", "relation"],
  referred_by: ["at", "party", "outcome", "bought_for", "bought_on", "campaign_id", "reasons"],
  referred: ["at", "party", "outcome", "bought_for", "bought_on", "campaign_id", "reasons"],
  possibly_same: ["party", "probability", "records"],
  campaigns: ["at", "name", "channel", "response"],
  services: ["at", "title", "state", "channel"],
  risk: ["sign", "at", "title", "number", "party", "classification", "overdue_days", "amount", "severity", "state"],
  events: ["at", "title", "event_kind", "severity", "state", "due_at", "channel"],
  sources: ["source", "table", "key", "data_day", "by", "differs", "earlier"],
};

const ALWAYS = { owners: "share", owned: "share", guarantees_given: "amount", guarantees_received: "amount", groups: "name" };
/** Sections that a kind of party cannot have: that they are empty says nothing. */
export const NOT_OF = { person: ["owners", "controllers", "key_persons"], company: ["posts", "kin", "household"] };
const NEVER = new Set(["link", "sources", "empty"]);

/** What stands under a row, as rows of the same columns: a facility's drawdowns and collateral. */
export function under(section, row) {
  if (section !== "facilities") return [];
  const drawn = row.drawdowns.map((one) => ({ ...one, product: { word: "drawdown" }, limit_amount: one.amount, drawn_amount: one.balance, state: one.overdue_days ? { days: one.overdue_days } : "" }));
  const secured = row.collateral.map((one) => ({ code: { word: "secured_by" }, product: one.name ?? one.collateral_kind, limit_amount: one.value, state: one.state }));
  return [...drawn, ...secured];
}

/** The columns to show for rows of a section; a section not known here shows every field that has a value. */
export function columnsOf(section, rows) {
  const names = COLUMNS[section] ?? [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !NEVER.has(name) && !name.endsWith("_id"));
  return names.filter((name) => ALWAYS[section] === name || rows.some((row) => !isEmpty(row[name])));
}

export function isEmpty(value) {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && !Object.values(value).some((one) => !isEmpty(one));
}
