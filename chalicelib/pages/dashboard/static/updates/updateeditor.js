// Writes an update in each language of the campaign, with the email beside it; nothing typed is lost.
import { Refused, call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { fill, h } from "../shell/dom.js";
import { language, languageName, languageTitle, t } from "../shell/words.js";
import { inserts } from "../campaign/inserts.js";
import { mailPreview } from "../campaign/mailpreview.js";
import { deskFor } from "../editor/desk.js";
import { keptFor, offer } from "../editor/kept.js";
import { mistakes } from "../editor/mistakes.js";
import { audience } from "./audience.js";
import { askAndSend } from "./sending.js";
import { backToMessages, to } from "./updates.js";

const SUBJECT_LENGTH = 150;
const BODY_LENGTH = 10_000;

// What is written, in the campaign's languages of today: one that came since is empty, one that is gone is left out.
function written(update, codes) {
  const texts = Object.fromEntries(codes.map((code) => [code, update?.texts[code] ?? { subject: "", body: "" }]));
  const { languages = [], countries = [] } = update?.audience ?? {};
  return structuredClone({ texts, audience: { languages: languages.filter((code) => codes.includes(code)), countries } });
}

// `first` is what a new one begins with, instead of nothing.
export function updateEditor(one, stored, first = null) {
  const spoken = Object.keys(one.document.texts);
  const codes = [one.document.default_language, ...spoken.filter((code) => code !== one.document.default_language)];
  let update = stored;
  const desk = deskFor(written(stored ?? first, codes));
  desk.language = codes.includes(language) ? language : codes[0];
  const kept = keptFor(`${one.id}/updates/${stored?.id ?? "new"}`);
  const typed = () => JSON.stringify(desk.draft);
  let begun = stored ? typed() : JSON.stringify(written(null, codes));
  let last = begun;

  const places = h("div", { class: "stack" });
  const chosen = h("div", {});
  const form = h("form", { class: "stack editor", novalidate: true, onsubmit: actionHandler(() => save()) });
  const list = mistakes(form, desk);
  const preview = mailPreview(() => shown(one, desk));
  const changed = () => {
    if (last === typed()) return;
    last = typed();
    preview.soon();
    if (last === begun) kept.forget();
    else kept.keep(update?.changed_at ?? "", desk.draft);
  };
  for (const happened of ["input", "change", "click"]) form.addEventListener(happened, changed);

  desk.paint = () => {
    fill(places, languages(desk, codes, preview), inserts(["given_name"], places));
    fill(chosen, audience(one, desk, codes));
  };
  desk.paint();
  preview.draw();

  // Does what the server may refuse because of the words; true when it is done.
  async function accepted(act) {
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Refused) || !problem.errors.length) throw problem;
      list.show(problem);
      return false;
    }
    return true;
  }

  // Saves what is there, whole or not; true when it is saved.
  async function save() {
    if (!(await accepted(store))) return false;
    list.clear();
    desk.paint();
    say(t("update_saved"));
    return true;
  }

  async function store() {
    if (update && (await get(of(one.id, `/updates/${update.id}`))).changed_at !== update.changed_at
      && !(await ask(t("conflict"), t("update_conflict"), t("overwrite"), { danger: true }))) throw new Error(t("update_not_saved"));
    const isNew = !update;
    update = isNew ? await call("POST", of(one.id, "/updates"), { body: desk.draft }) : await call("PATCH", of(one.id, `/updates/${update.id}`), { body: desk.draft });
    begun = typed();
    last = begun;
    kept.forget();
    if (isNew) arrive();
  }

  // A draft that was just made has an address of its own from now on; nothing is drawn again.
  function arrive() {
    history.replaceState(history.state, "", to(one, update.id));
    document.getElementById("main").dataset.at = location.hash;
    remove.hidden = false;
  }

  const isCurrent = () => update && typed() === begun && codes.every((code) => code in update.subjects) && Object.keys(update.subjects).every((code) => codes.includes(code));
  const ready = async () => isCurrent() || save();
  const test = actionHandler(async () => {
    if (!(await ready())) return;
    await accepted(async () => {
      const sent = await call("POST", of(one.id, `/updates/${update.id}/test`));
      say(t("update_test_sent", { email: sent.to, languages: sent.languages.map(languageName).join(", ") }));
    });
  });
  const send = actionHandler(async () => {
    if (!(await ready())) return;
    const missing = gaps(desk.draft);
    if (missing.length) return list.show({ errors: missing }, t("update_before_sending"));
    update = await get(of(one.id, `/updates/${update.id}`));
    if (update.state === "draft" && !update.recipients) return say(t("update_reaches_nobody"), { wrong: true });
    if (update.state === "draft" && !(await askAndSend(one, update))) return;
    kept.forget();
    await one.again();
    say(t("update_sending"));
  });
  const remove = h("button", { class: "link remove", type: "button", hidden: !stored, onclick: actionHandler(async () => {
    if (!(await ask(t("update_delete_ask"), t("update_delete_text"), t("update_delete"), { danger: true }))) return;
    await call("DELETE", of(one.id, `/updates/${update.id}`));
    begun = typed();
    kept.forget();
    location.hash = `#/campaigns/${one.id}/messages`;
    setTimeout(() => say(t("update_deleted")), 300);
  }) }, t("update_delete"));
  const toggle = h("button", { class: "button quiet toggle", type: "button", "aria-expanded": "false", onclick: () => {
    const isShown = preview.element.classList.toggle("shown");
    toggle.setAttribute("aria-expanded", String(isShown));
    toggle.textContent = t(isShown ? "hide_preview" : "show_preview");
    if (!isShown) return;
    preview.heading.focus();
    preview.element.scrollIntoView({ block: "start" });
  } }, t("show_preview"));

  fill(form, places, chosen, h("div", { class: "row bar-bottom sends" }, h("button", { class: "button", type: "button", onclick: send }, t("update_send")),
    h("button", { class: "button quiet" }, t("update_save")),
    one.me.how === "session" ? h("button", { class: "button quiet", type: "button", onclick: test }, t("test_send")) : null, toggle), h("p", {}, remove));
  const found = kept.find();
  const note = found && JSON.stringify(found.document) !== typed() ? offer(found, update?.changed_at ?? "", {
    take: () => {
      desk.draft = written(found.document, codes);
      desk.paint();
      changed();
    },
    discard: kept.forget,
  }) : null;
  const isUnsaved = () => typed() !== begun;
  isUnsaved.left = kept.forget;
  const section = h("section", { "aria-labelledby": "h-update" }, backToMessages(one), h("h2", { id: "h-update" }, t(stored ? "update_edit" : "update_write")), note, list.element,
    h("div", { class: "split mails" }, form, preview.element));
  return Object.assign(section, { isUnsaved });
}

// What must be written before it can be sent, as the server would say.
// What is missing in the languages of whom it is for.
function gaps({ texts, audience: { languages } }) {
  return Object.entries(texts).filter(([code]) => !languages.length || languages.includes(code)).flatMap(([code, { subject, body }]) => {
    const [has, says] = [subject.trim(), body.trim()];
    if (has && says) return [];
    return has || says ? [{ field: `texts.${code}.${has ? "body" : "subject"}`, message: t("fill_in") }] : [{ field: `texts.${code}`, message: t("update_language_missing") }];
  });
}

// The email of the language that is being written. Words that are not there yet are no mistake.
async function shown(one, desk) {
  const words = desk.draft.texts[desk.language];
  if (!words.subject.trim() || !words.body.trim()) throw new Error(t("update_preview_empty", { name: languageName(desk.language) }));
  return { from: one.document.sender, ...(await call("POST", of(one.id, "/updates/preview"), { body: { language: desk.language, ...words } })) };
}

// One language at a time; those that are not whole yet say so.
function languages(desk, codes, preview) {
  const isWhole = (code) => desk.draft.texts[code].subject.trim() && desk.draft.texts[code].body.trim();
  const places = codes.map((code) => h("div", { class: "language", "data-language": code, "data-of": `texts.${code}` },
    part(desk, `texts.${code}.subject`, t("email_subject"), { maxlength: String(SUBJECT_LENGTH), lang: code, dir: "auto" }),
    part(desk, `texts.${code}.body`, t("update_body"), { kind: "textarea", rows: "13", maxlength: String(BODY_LENGTH), lang: code, dir: "auto", hint: t("update_body_hint") })));
  const marks = codes.map(() => h("span", { class: "hint" }));
  const buttons = codes.map((code, at) => h("button", { class: "choice", type: "button", onclick: () => desk.showLanguage(code) }, languageTitle(code), marks[at]));
  const mark = () => {
    for (const [at, code] of codes.entries()) {
      const isWrong = [...desk.wrong.keys()].some((path) => path === `texts.${code}` || path.startsWith(`texts.${code}.`));
      marks[at].className = isWrong ? "mistaken" : "hint";
      marks[at].textContent = isWrong ? ` (${t("has_mistakes")})` : isWhole(code) ? " ✓" : ` (${t("update_not_written")})`;
    }
  };
  desk.showLanguage = (code) => {
    desk.language = code;
    for (const [at, other] of codes.entries()) {
      places[at].hidden = other !== code;
      buttons[at].setAttribute("aria-pressed", String(other === code));
    }
    preview.draw();
  };
  for (const [at, other] of codes.entries()) {
    places[at].hidden = other !== desk.language;
    buttons[at].setAttribute("aria-pressed", String(other === desk.language));
    places[at].addEventListener("input", () => { desk.wrong.delete(`texts.${other}`); mark(); });
  }
  mark();
  desk.marks = mark;
  return [codes.length > 1 ? h("div", { class: "row choices", role: "group", "aria-label": t("language") }, buttons) : null, places];
}

function part(desk, path, label, attributes) {
  const box = desk.text(path, label, attributes);
  box.querySelector("input, textarea").dataset.part = path;
  return box;
}
