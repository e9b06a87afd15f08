// Whom an update is for: by language and by country, chosen by name, with the number of signers that this is now.
import { call, of } from "../shell/api.js";
import { fill, h, select, tick, unique } from "../shell/dom.js";
import { choices, country, language, languageName, languageTitle, n, t } from "../shell/words.js";

const byName = new Intl.Collator(language).compare;
const AFTER = 300; // ms after the last change

export function audienceInWords({ languages, countries }) {
  if (!languages.length && !countries.length) return t("audience_all");
  return t("audience_only", { who: [languages.map(languageName).join(", "), countries.map(country).sort(byName).join(", ")].filter(Boolean).join(" · ") });
}

// `desk.draft.audience` is what is changed; `codes` are the campaign's languages.
export function audience(one, desk, codes) {
  const chosen = desk.draft.audience;
  const said = h("p", { class: "reach", role: "status" });
  const count = counter(one, desk, said);
  count.now();
  return h("fieldset", {}, h("legend", {}, t("audience")),
    codes.length > 1 ? languages(chosen, codes, count.soon) : null,
    desk.marked("audience.countries", countries(one, chosen, count.soon)), said);
}

// All of them is no choice at all: so who signed in a language that is gone is meant, too.
function languages(chosen, codes, changed) {
  const ticks = codes.map((code) => tick(languageTitle(code), { checked: !chosen.languages.length || chosen.languages.includes(code), value: code, onchange: (event) => {
    const boxes = [...event.currentTarget.closest(".row").querySelectorAll("input")];
    if (!boxes.some((box) => box.checked)) event.currentTarget.checked = true; // nobody is no audience
    const left = boxes.filter((box) => box.checked).map((box) => box.value);
    chosen.languages = left.length === codes.length ? [] : left;
    changed();
  } }));
  const id = unique("languages");
  return h("div", { class: "narrowed", role: "group", "aria-labelledby": id }, h("span", { class: "label", id }, t("audience_languages")), h("div", { class: "row" }, ticks));
}

function countries(one, chosen, changed) {
  const signed = Object.keys(one.counts.by.country ?? {}).filter((code) => choices.countries.includes(code));
  const list = select([], "", { id: unique("countries") });
  const place = h("ul", { class: "chosen" });
  const paint = () => {
    const left = (signed.length ? signed : choices.countries).filter((code) => !chosen.countries.includes(code)).sort((a, b) => byName(country(a), country(b)));
    fill(list, h("option", { value: "" }, t(chosen.countries.length ? "audience_more_countries" : "audience_all_countries")), left.map((code) => h("option", { value: code }, country(code))));
    fill(place, [...chosen.countries].sort((a, b) => byName(country(a), country(b))).map((code) => h("li", {}, country(code), h("button", { class: "link", type: "button", "aria-label": t("audience_without", { name: country(code) }), onclick: () => {
      chosen.countries = chosen.countries.filter((other) => other !== code);
      paint();
      changed();
      list.focus();
    } }, "×"))));
    place.hidden = !chosen.countries.length;
  };
  // Taken by a button: by keyboard a list changes with each arrow.
  const take = () => {
    if (!list.value) return;
    chosen.countries = [...chosen.countries, list.value];
    paint();
    changed();
  };
  const add = h("button", { class: "button quiet", type: "button", onclick: () => { take(); list.focus(); } }, t("add"));
  paint();
  return h("div", { class: "narrowed" }, h("label", { class: "label", for: list.id }, t("audience_countries")), h("div", { class: "row" }, list, add), place);
}

function counter(one, desk, said) {
  let latest = 0;
  let timer = 0;
  const now = async () => {
    latest += 1;
    const mine = latest;
    try {
      const { recipients } = await call("POST", of(one.id, "/updates/audience"), { body: desk.draft.audience });
      if (mine !== latest) return;
      desk.recipients = recipients;
      said.textContent = t(recipients === one.counts.want_updates ? "audience_reach_all" : "audience_reach", { n: n(recipients), all: n(one.counts.want_updates) });
    } catch (problem) {
      if (mine === latest) said.textContent = problem.message;
    }
  };
  return { now, soon: () => { clearTimeout(timer); timer = setTimeout(now, AFTER); } };
}
