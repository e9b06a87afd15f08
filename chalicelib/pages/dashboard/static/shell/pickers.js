// Choosing by name what is stored as a code: countries, languages, time zones.
import { field, h, select, unique } from "./dom.js";
import { choices, country, language, languageTitle, t } from "./words.js";

const byName = new Intl.Collator(language).compare;
const named = (codes, name) => codes.map((code) => [code, name(code)]).filter(([code, words]) => code !== words).sort(([, a], [, b]) => byName(a, b));

// A list of all countries; the first line means any.
export const countrySelect = (attributes = {}) => select([["", t("audience_all_countries")], ...named(choices.countries, country)], "", attributes);

// Names of countries to choose from while typing, for an input's `list`.
export function countryNames() {
  const id = unique("countries");
  return [id, h("datalist", { id }, named(choices.countries, country).map(([, name]) => h("option", { value: name })))];
}

const OTHER = "?";

// Languages by name, without those that are there already; what is in no list goes by its code. `added` gets the code.
export function languagePicker(present, added) {
  const known = named(choices.languages.filter((code) => !present.includes(code)), languageTitle);
  const list = select([["", "–"], ...known, [OTHER, t("language_other")]], "");
  const code = h("input", { size: "8", maxlength: "35", autocapitalize: "none", autocomplete: "off", spellcheck: "false" });
  const other = h("div", { hidden: true }, field(t("language_code"), code, { hint: t("language_hint") }));
  list.addEventListener("change", () => { other.hidden = list.value !== OTHER; });
  const isCode = new RegExp(`^(?:${choices.language})$`);
  const add = h("button", { class: "button quiet", type: "button", onclick: () => {
    const chosen = list.value === OTHER ? code.value.trim() : list.value;
    if (isCode.test(chosen) && !present.includes(chosen)) added(chosen);
  } }, t("add"));
  return h("div", { class: "row" }, field(t("add_language"), list), other, add);
}

// Every time zone the browser knows, found by any part of its name.
export function zoneNames() {
  const id = unique("zones");
  return [id, h("datalist", { id }, (Intl.supportedValuesOf?.("timeZone") ?? []).map((zone) => h("option", { value: zone }, zone.split("/").pop().replaceAll("_", " "))))];
}
