// When and to whom the campaign was handed over: recorded, told on its page, and passed on to signers in an update.
import { Refused } from "../shell/api.js";
import { actionHandler, ask } from "../shell/dialog.js";
import { field, fill, h } from "../shell/dom.js";
import { manages } from "../shell/roles.js";
import { choices, day, language, languageName, t } from "../shell/words.js";
import { patch } from "./steps.js";

const HERE = "[aria-labelledby=h-delivered]";
const MOST = 20;
const WORDS_LENGTH = "500";
let saved = null; // the one that was saved just now, as `campaign:place`: an update about it is offered

export function deliveries(one) {
  const listed = one.document.delivered ?? [];
  const may = manages(one.me);
  if (!may && !listed.length) return null;
  const offered = saved;
  saved = null;
  // The newest first; each keeps its place in the document.
  const lines = listed.map((delivery, place) => ({ delivery, place })).sort((a, b) => (a.delivery.date < b.delivery.date ? 1 : -1));
  const record = may && listed.length < MOST ? h("button", { class: "button quiet", type: "button", onclick: () => edit(one, listed.length) }, t("delivered_record")) : null;
  return h("section", { "aria-labelledby": "h-delivered" }, h("div", { class: "heading" }, h("h2", { id: "h-delivered" }, t("delivered")), record),
    may ? h("p", { class: "hint" }, t("delivered_hint")) : null,
    lines.length ? h("ul", { class: "exports" }, lines.map(({ delivery, place }) => line(one, delivery, place, may && offered === `${one.id}:${place}`))) : null);
}

function line(one, delivery, place, isNew) {
  const words = delivery.words[one.document.default_language] || Object.values(delivery.words).find(Boolean);
  const name = h("span", { class: "unseen" }, `: ${delivery.target}`);
  return h("li", {}, h("div", {}, h("strong", { dir: "auto" }, t("delivered_on", { target: delivery.target, day: day(delivery.date) }))),
    words ? h("p", { class: "aside", dir: "auto" }, words) : null,
    isNew && hears(one) ? h("p", { class: "note" }, t("delivered_tell_ask")) : null,
    manages(one.me) ? h("div", { class: "row" },
      hears(one) ? h("a", { class: isNew ? "button" : null, href: `#/campaigns/${one.id}/messages/updates/new/${place}` }, t("delivered_tell"), name.cloneNode(true)) : null,
      h("button", { class: "link", type: "button", onclick: () => edit(one, place) }, t("delivered_edit"), name.cloneNode(true)),
      h("button", { class: "link", type: "button", onclick: actionHandler(() => remove(one, place)) }, t("delivered_remove"), name)) : null);
}

const hears = (one) => one.document.ask_updates || one.counts.want_updates > 0;

async function remove(one, place) {
  const { target } = one.document.delivered[place];
  if (!(await ask(t("delivered_remove_ask"), t("delivered_remove_text", { target }), t("delivered_remove"), { danger: true }))) return;
  await patch(one, { delivered: one.document.delivered.filter((_, at) => at !== place) }, t("delivered_gone"));
  document.querySelector(`${HERE} .heading button`)?.focus();
}

// Today where the campaign is, as 2026-05-03.
const today = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());

function edit(one, place) {
  const { delivered = [], targets, texts, time_zone: zone } = one.document;
  const isNew = place === delivered.length;
  const draft = delivered[place] ?? { target: targets.map((each) => each.names?.[language] || each.name).join("; ").slice(0, 200), date: today(zone), words: {}, url: "" };
  const target = h("input", { maxlength: "200", autocomplete: "off", value: draft.target });
  const date = h("input", { type: "date", max: today(zone), value: draft.date });
  const url = h("input", { type: "url", maxlength: "500", autocomplete: "off", value: draft.url });
  const codes = Object.keys(texts);
  const words = Object.fromEntries(codes.map((code) => [code, h("textarea", { rows: 2, maxlength: WORDS_LENGTH, lang: code, dir: "auto", value: draft.words[code] ?? "" })]));
  const form = h("form", { class: "stack", novalidate: true, onsubmit: actionHandler(() => save()) });
  const title = isNew ? t("delivered_record") : t("delivered_change");
  const dialog = h("dialog", { class: "wide", "aria-labelledby": "delivery" }, h("h2", { id: "delivery" }, title), form);

  const paint = (wrong = new Map()) => {
    const spoken = codes.map((code) => field(codes.length > 1 ? t("delivered_words_in", { language: languageName(code) }) : t("delivered_words"), words[code], { error: wrong.get(`words.${code}`) }));
    const known = new Set(["target", "date", "url", ...codes.map((code) => `words.${code}`)]);
    const others = [...wrong].filter(([name]) => !known.has(name)).map(([, message]) => h("p", { class: "wrong" }, message));
    fill(form, h("div", { role: "alert" }, others), field(t("delivered_target"), target, { error: wrong.get("target") }), field(t("delivered_date"), date, { error: wrong.get("date") }),
      spoken, field(t("delivered_url"), url, { hint: t("delivered_url_hint"), error: wrong.get("url") }),
      h("div", { class: "row" }, h("button", { class: "button" }, t("delivered_save")), h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("cancel"))));
    form.querySelector("[aria-invalid]")?.focus();
  };
  paint();

  async function save() {
    const filled = Object.entries(words).map(([code, control]) => [code, control.value.trim()]).filter(([, text]) => text);
    const entry = { target: target.value.trim(), date: date.value, words: Object.fromEntries(filled), url: url.value.trim() };
    saved = `${one.id}:${place}`;
    try {
      await patch(one, { delivered: isNew ? [...delivered, entry] : delivered.map((other, at) => (at === place ? entry : other)) }, t("delivered_saved"));
    } catch (problem) {
      saved = null;
      const prefix = `delivered.${place}.`;
      if (!(problem instanceof Refused) || !problem.errors.length) throw problem;
      return paint(new Map(problem.errors.map((error) => [error.field.replace(prefix, ""), error.message])));
    }
    dialog.close();
    // The list was drawn anew: on with the keyboard where its line is.
    (document.querySelector(`${HERE} li a.button`) ?? document.querySelector(`${HERE} .heading button`))?.focus();
  }

  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// What an update about the delivery in that place of the document begins with, in each language; null where there is none.
export function updateAbout({ document: document_ }, place) {
  const delivery = place === undefined ? null : document_.delivered?.[Number(place)];
  if (!delivery) return null;
  return { texts: Object.fromEntries(Object.keys(document_.texts).map((code) => [code, written(document_, delivery, code)])) };
}

function written(document_, delivery, code) {
  const tongue = code.split("-")[0] in choices.handed ? code.split("-")[0] : "en";
  const [subject, sentence] = choices.handed[tongue];
  const addressed = document_.targets.find((target) => target.name === delivery.target);
  const facts = { target: addressed?.names?.[code] || delivery.target, day: new Intl.DateTimeFormat(tongue, { dateStyle: "long", timeZone: "UTC", numberingSystem: "latn" }).format(new Date(`${delivery.date}T00:00:00Z`)) };
  const said = (words) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  return { subject: said(subject).slice(0, 150), body: [said(sentence), delivery.words[code], delivery.url && `[${new URL(delivery.url).hostname}](${delivery.url})`].filter(Boolean).join("\n\n") };
}
