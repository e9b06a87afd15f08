// The emails that signers get: each as it will arrive, and the words in it that are the campaign's own.
import { Refused, call, get, of } from "../shell/api.js";
import { actionHandler, say } from "../shell/dialog.js";
import { field, fill, h, select, unique } from "../shell/dom.js";
import { language, languageName, t } from "../shell/words.js";
import { fit, mailFrame } from "./mailframe.js";
import { patch } from "./steps.js";

const PARTS = ["subject", "opening", "closing"];
const PREVIEW_AFTER = 400; // ms after the last key
const WAYS = ["wide", "phone", "text"];

export async function emails(one) {
  const listed = (await get(of(one.id, "/emails"))).emails;
  const words = Object.fromEntries(listed.map((email) => [email.kind, structuredClone(email.words)]));
  const begun = JSON.stringify(words);
  const kinds = select(listed.map((email) => [email.kind, t(`email_${email.kind}`)]), listed[0].kind);
  const languages = select(Object.keys(listed[0].words).map((code) => [code, languageName(code)]), language in listed[0].words ? language : one.document.default_language);
  const preview = previewOf(one, () => ({ kind: kinds.value, language: languages.value, words: current() }));
  const editor = h("div", { class: "stack" });
  const current = () => words[kinds.value][languages.value];
  let wrong = {};

  const paint = () => {
    const email = listed.find((candidate) => candidate.kind === kinds.value);
    const usual = email.usual[languages.value];
    fill(editor, PARTS.map((part) => partOf(part, current(), usual[part], wrong[part], languages.value, preview.soon)), placeholders(email, editor));
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
  const section = h("section", { "aria-labelledby": "h-emails" }, h("h2", { id: "h-emails" }, t("emails_title")), h("p", { class: "hint reading" }, t("emails_hint")),
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

// Buttons that put a placeholder where the cursor was.
function placeholders(email, editor) {
  let last = null;
  editor.onfocusin = (event) => { if (event.target.dataset.part) last = event.target; };
  const insert = (name) => {
    const control = last?.isConnected ? last : editor.querySelector("textarea");
    control.setRangeText(`{{${name}}}`, control.selectionStart, control.selectionEnd, "end");
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.focus();
  };
  const id = unique("insert");
  return h("div", { role: "group", "aria-labelledby": id, class: "row inserts" }, h("span", { id, class: "hint" }, t("email_insert")),
    email.placeholders.map((name) => h("button", { class: "link", type: "button", onclick: () => insert(name) }, t(`email_fact_${name}`))));
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

function previewOf(one, wanted) {
  const head = h("dl", { class: "facts" });
  const waits = h("p", { class: "note", role: "status", hidden: true });
  const body = h("div", { class: "sheet" });
  let way = "wide";
  let latest = 0;
  let timer = 0;
  let email = null;
  const put = () => {
    body.className = `sheet ${way}`;
    fill(body, way === "text" ? h("pre", { tabindex: "0", "aria-label": t("email_as_text") }, email.text)
      : mailFrame(email.html, t("preview")));
  };
  const ways = WAYS.map((name) => h("button", { class: "button quiet", type: "button", "aria-pressed": String(name === way), onclick: () => {
    way = name;
    for (const button of ways) button.setAttribute("aria-pressed", String(button === ways[WAYS.indexOf(name)]));
    if (email) put();
  } }, t(`email_as_${name}`)));
  const draw = async () => {
    const { kind, language, words } = wanted();
    latest += 1;
    const mine = latest;
    try {
      const found = await call("POST", of(one.id, `/emails/${kind}/preview`), { body: { language, ...words } });
      if (mine !== latest) return;
      email = found;
      waits.hidden = true;
      fill(head, fact(t("email_from"), `${found.from.name} <${found.from.email}>`), fact(t("email_subject"), found.subject), fact(t("email_beside"), found.preview));
      put();
    } catch (problem) {
      if (mine !== latest) return;
      waits.textContent = [t("email_waits"), ...(problem.errors ?? [problem]).map((error) => error.message)].join(" ");
      waits.hidden = false;
    }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => body.isConnected && draw(), PREVIEW_AFTER); };
  new ResizeObserver(() => { const frame = body.querySelector("iframe"); if (frame) fit(frame); }).observe(body);
  const element = h("section", { class: "look", "aria-labelledby": "h-email" },
    h("div", { class: "row" }, h("h3", { id: "h-email" }, t("preview")), h("div", { class: "row ways", role: "group", "aria-label": t("email_ways") }, ways)),
    waits, head, body);
  return { element, draw, soon };
}

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value));

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
