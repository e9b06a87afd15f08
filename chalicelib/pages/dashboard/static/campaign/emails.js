// The emails that signers get: each as it will arrive, and the words in it that are the campaign's own.
import { Refused, call, get, of } from "../shell/api.js";
import { actionHandler, say } from "../shell/dialog.js";
import { field, fill, h, select } from "../shell/dom.js";
import { language, languageTitle, t } from "../shell/words.js";
import { backToMessages } from "../updates/updates.js";
import { inserts } from "./inserts.js";
import { mailPreview } from "./mailpreview.js";
import { patch } from "./steps.js";

const PARTS = ["subject", "opening", "closing"];

// In the tab: what there is behind the link.
export const emailsRow = (one) => h("section", { "aria-labelledby": "h-emails" },
  h("div", { class: "heading" }, h("h2", { id: "h-emails" }, t("emails_title")), h("a", { class: "button quiet", href: `#/campaigns/${one.id}/messages/emails` }, t("emails_open"))),
  h("p", { class: "hint reading" }, t("emails_hint")));

export async function emails(one) {
  const listed = (await get(of(one.id, "/emails"))).emails;
  const words = Object.fromEntries(listed.map((email) => [email.kind, structuredClone(email.words)]));
  const begun = JSON.stringify(words);
  const kinds = select(listed.map((email) => [email.kind, t(`email_${email.kind}`)]), listed[0].kind);
  const languages = select(Object.keys(listed[0].words).map((code) => [code, languageTitle(code)]), language in listed[0].words ? language : one.document.default_language);
  const preview = mailPreview(() => call("POST", of(one.id, `/emails/${kinds.value}/preview`), { body: { language: languages.value, ...current() } }));
  const editor = h("div", { class: "stack" });
  const current = () => words[kinds.value][languages.value];
  let wrong = {};

  const paint = () => {
    const email = listed.find((candidate) => candidate.kind === kinds.value);
    const usual = email.usual[languages.value];
    fill(editor, PARTS.map((part) => partOf(part, current(), usual[part], wrong[part], languages.value, preview.soon)), inserts(email.placeholders, editor));
  };
  const show = () => { wrong = {}; paint(); preview.draw(); };
  kinds.addEventListener("change", show);
  languages.addEventListener("change", show);

  const save = actionHandler(async () => {
    try {
      await patch(one, { emails: changes(words, JSON.parse(begun)) }, t("email_saved"));
    } catch (problem) {
      if (!(problem instanceof Refused) || !problem.errors.length) throw problem;
      const [, kind, language] = problem.errors[0].field.split(".");
      if (words[kind]?.[language]) { kinds.value = kind; languages.value = language; }
      wrong = Object.fromEntries(problem.errors.map((error) => [error.field.split(".")[3], error.message]));
      paint();
      preview.draw();
      editor.querySelector('[aria-invalid="true"]')?.focus();
    }
  });
  paint();
  preview.draw();
  const section = h("section", { "aria-labelledby": "h-emails" }, backToMessages(one), h("h2", { id: "h-emails" }, t("emails_title")),
    h("p", { class: "hint reading" }, t("emails_hint")),
    h("div", { class: "row" }, field(t("email_which"), kinds), field(t("language"), languages), trial(one, languages)),
    h("div", { class: "split mails" },
      h("form", { class: "stack", onsubmit: save, novalidate: true }, editor, h("div", { class: "row" }, h("button", { class: "button" }, t("save")), one.me.how === "session" ? sample(one, kinds, languages) : null)),
      preview.element));
  return Object.assign(section, { isUnsaved: () => JSON.stringify(words) !== begun });
}

function partOf(part, mine, usual, error, lang, changed) {
  const control = part === "subject" ? h("input", { autocomplete: "off", maxlength: "150", lang, dir: "auto" }) : h("textarea", { rows: part === "opening" ? "4" : "3", maxlength: "1000", lang, dir: "auto" });
  control.value = mine[part];
  control.dataset.part = part;
  control.addEventListener("input", () => { mine[part] = control.value; changed(); });
  const hint = usual ? t("email_usual", { words: usual }) : t("email_none");
  return field(t(`email_${part}`), control, { hint, error });
}

// What has changed, as a merge patch: words that are all empty again are taken out.
function changes(words, before) {
  const changed = {};
  for (const [kind, by] of Object.entries(words))
    for (const [language, mine] of Object.entries(by))
      if (JSON.stringify(mine) !== JSON.stringify(before[kind][language])) {
        changed[kind] ??= {};
        changed[kind][language] = PARTS.some((part) => mine[part]) ? mine : null;
      }
  return changed;
}

// The email as it is saved, to whoever is signed in; a key has no address.
function sample(one, kinds, languages) {
  return h("button", { class: "button quiet", type: "button", onclick: actionHandler(async () => {
    const sent = await call("POST", of(one.id, `/emails/${kinds.value}/test?language=${encodeURIComponent(languages.value)}`));
    say(t("test_sent", { email: sent.to }));
  }) }, t("test_send"));
}

// One button, and the form opens in a tab of its own: what is signed there counts nowhere.
function trial(one, languages) {
  const begin = actionHandler(async () => {
    const tab = window.open("", "_blank"); // now, as a browser lets a page open one only at a press
    try {
      const { url } = await call("POST", of(one.id, `/test-signatures?language=${encodeURIComponent(languages.value)}`));
      if (!tab) return fill(line, h("a", { href: url, target: "_blank", rel: "noopener" }, t("test_open")));
      tab.opener = null;
      tab.location.replace(url);
      say(t("test_begun"));
    } catch (problem) {
      tab?.close();
      throw problem;
    }
  });
  const line = h("p", { role: "status" });
  return h("div", { class: "trial" }, h("button", { class: "button quiet", type: "button", onclick: begin, "aria-describedby": "test-hint" }, t("test_sign")),
    h("p", { class: "hint", id: "test-hint" }, t("test_hint")), line);
}
