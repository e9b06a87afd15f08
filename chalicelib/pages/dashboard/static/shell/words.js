// Texts, numbers and dates in the chosen language; the page contains the texts and the choices.
const shell = JSON.parse(document.getElementById("shell").textContent);
export const language = shell.language;
export const base = shell.base;
export const assets = shell.assets;
export const publicBase = shell.public; // where signers' pages are
export const hasOwnHost = shell.has_own_host;
export const choices = shell.choices; // the server's own lists of what it accepts

export const has = (name) => name in shell.words;

export function t(name, facts = {}) {
  const sentence = shell.words[name];
  if (sentence === undefined) throw new Error(`no words for ${name}`);
  return sentence.replace(/\{(\w+)\}/g, (all, fact) => (fact in facts ? String(facts[fact]) : all));
}

const numbers = new Intl.NumberFormat(language);
export const n = (value) => (value === null || value === undefined ? "–" : numbers.format(value));
const percents = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
// A few are neither nobody nor everybody.
export function percent(part, whole) {
  const share = whole ? part / whole : 0;
  if (share > 0 && share < 0.01) return `<${percents.format(0.01)}`;
  if (share > 0.99 && share < 1) return `>${percents.format(0.99)}`;
  return percents.format(share);
}
export const day = (iso) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
export const moment = (iso) =>
  iso ? new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso)) : "–";

function named(kind, code) {
  try {
    return new Intl.DisplayNames([language], { type: kind }).of(code) || code;
  } catch {
    return code;
  }
}
export const country = (code) => named("region", code);
export const languageName = (code) => named("language", code);
// As at the beginning of a line: on buttons, in lists and tables. Spanish has a small letter inside a sentence.
export const capital = (words) => words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
export function languageTitle(code) {
  const name = languageName(code);
  return name === code ? code : capital(name);
}
