// The words of the page in the language chosen, as the server told them.

export const told = JSON.parse(document.getElementById("told").textContent);

const KEPT = "guanxi.language";
let language = kept() ?? (navigator.language.startsWith("zh") ? "zh" : "en");

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage may be forbidden; the page works without
  }
}

export function chosen() {
  return language;
}

export function choose(next) {
  language = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.language = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // remembered for this visit only
  }
}

/** The half of a pair [English, Chinese] that is wanted now. */
export function word(pair) {
  return pair[language === "zh" ? 1 : 0];
}

export function t(key) {
  return word(told.ui[key] ?? [key, key]);
}

/** The word for a name in one of the tables the server told. Unknown names are shown in plain text, unknown values as they are. */
export function named(table, name) {
  const plain = table === "values" ? String(name) : String(name).replaceAll("_", " ");
  return word(told[table][name] ?? [plain, plain]);
}
