// Edits a campaign, part by part, with its page beside it; nothing typed is lost.
import { Refused, call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h } from "../shell/dom.js";
import { choices, has, language, languageTitle, t } from "../shell/words.js";
import { asked } from "./asked.js";
import { deskFor, follow } from "./desk.js";
import { described, images } from "./images.js";
import { keptFor, offer } from "./kept.js";
import { mistakes } from "./mistakes.js";
import { sender, sponsors, targets } from "./people.js";
import { preview } from "./preview.js";
import { basics, floods, rules, shows } from "./rules.js";
import { noText, texts } from "./texts.js";

// A part has a `name`, which has its words, a `digest` of what it says, and `draw`; both get the desk.
const PARTS = [texts, images, basics, targets, sponsors, sender, asked, shows, rules, floods];
const CAMPAIGN_ID = new RegExp(`^${choices.campaign_id}$`);
const fresh = () => ({
  kind: "petition", state: "draft", default_language: language, texts: { [language]: noText() },
  targets: [], sponsors: [], sender: { name: "", email: "", reply_to: "" }, goal: null, opens_at: null, closes_at: null, confirmation: "double",
  fields: [{ name: "given_name", required: true }, { name: "family_name" }, { name: "country" }], allowed_origins: [], redirect_url: {}, show_count: true, show_signers: false,
  external_count: 0, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", reminders: true, retention_days: null,
});
let unfolded = ["", "words"]; // the part that is open, of which campaign: stays so after saving

function written(stored) {
  const draft = structuredClone(stored);
  for (const name of choices.read_only_keys) delete draft[name];
  return draft;
}

// `stored` is the campaign, or null for a new one. `saved` is called after saving, with what the server has now.
// `part` is the one to unfold, if any.
export function editor(stored, saved, part = "") {
  const id = stored?.id;
  const desk = deskFor(stored ? written(stored) : fresh());
  desk.id = id;
  if (language in desk.draft.texts) desk.language = language;
  const kept = keptFor(id || "");
  let version = stored?.version;
  if (part || unfolded[0] !== (id || "")) unfolded = [id || "", part || "words"];
  const holder = h("div", { class: "parts" });
  const name = h("input", { required: true, autocomplete: "off", autocapitalize: "none", spellcheck: "false", id: "campaign-id" });
  const named = follow(name, { separator: "-", most: 64 });
  const target = () => id || name.value.trim();

  function whole() {
    const document_ = structuredClone(desk.draft);
    document_.redirect_url = Object.fromEntries(Object.entries(document_.redirect_url || {}).filter(([, url]) => url));
    for (const one of document_.fields) delete one.isNew;
    return document_;
  }

  function folded(part) {
    const digest = h("span", { class: "digest" });
    const inside = h("div", { class: "stack" }, part.draw(desk));
    const details = h("details", { class: "fold", name: "part", "data-part": part.name, open: unfolded[1] === part.name, ontoggle: () => {
      digest.textContent = details.open ? "" : part.digest(desk);
      if (details.open) unfolded = [id || "", part.name];
    } }, h("summary", {}, h("h2", {}, t(part.name)), digest), inside);
    digest.textContent = details.open ? "" : part.digest(desk);
    return details;
  }

  desk.paint = (focus = "") => {
    const here = scrollY;
    fill(holder, PARTS.map(folded));
    scrollTo(0, here);
    if (focus) holder.querySelector(focus)?.focus({ preventScroll: true });
  };

  const typed = () => JSON.stringify([name.value, whole()]);
  desk.paint();
  let begun = typed();
  let last = begun;
  const look = preview(desk, () => described(whole()), () => (CAMPAIGN_ID.test(target()) ? target() : "new"));
  const changed = () => {
    if (last === typed()) return;
    last = typed();
    look.soon();
    if (last === begun) kept.forget();
    else kept.keep(version, whole());
  };
  desk.changed = changed;
  const form = h("form", { class: "stack editor", onsubmit: actionHandler(() => save()), novalidate: true });
  const list = mistakes(form, desk);
  for (const happened of ["input", "change", "click", "drop"]) form.addEventListener(happened, changed);
  form.addEventListener("input", (event) => { if (!id && event.target.closest(`[data-of="texts.${desk.draft.default_language}.title"]`)) named(event.target.value); });

  function refused(problem) {
    list.note(problem);
    idField.replaceChildren(...idBox().children);
    list.show(problem);
  }

  async function store(headers) {
    const answer = await call("PUT", of(target()), { body: whole(), headers });
    version = answer.version;
    begun = typed();
    kept.forget();
    await saved(answer);
    const unseen = answer.warnings.map((one) => `${languageTitle(one.field.split(".").find((part) => part in answer.texts) ?? one.field.split(".").at(-1))}: ${one.message}`);
    say([t("saved"), ...unseen].join(" "), { wrong: unseen.length > 0 });
  }

  async function save() {
    // Without a name the request would go to another address.
    if (!CAMPAIGN_ID.test(target())) return refused({ message: t("went_wrong"), errors: [{ field: "campaign", message: t("campaign_id_wrong") }] });
    try {
      await store(version ? { "If-Match": `"${version}"` } : {});
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (problem.status === 412 || problem.status === 428) return id ? conflict() : refused({ message: t("went_wrong"), errors: [{ field: "campaign", message: t("campaign_id_taken") }] });
      refused(problem);
    }
  }

  // Somebody else has saved in the meantime: shows what differs, and lets the user decide.
  async function conflict() {
    const [theirs, mine] = [await get(of(id)), whole()];
    const differing = Object.keys(mine).filter((part) => JSON.stringify(mine[part]) !== JSON.stringify(theirs[part]));
    if (await ask(t("conflict"), [t("conflict_text"), differing.map(partName).join(" · ")], t("overwrite"), { danger: true })) await store({ "If-Match": `"${theirs.version}"` });
  }

  const idBox = () => desk.marked("campaign", field(t("campaign_id"), name, { hint: t("campaign_id_hint"), error: desk.error("campaign") }));
  const idField = id ? h("div") : idBox();

  const toggle = h("button", { class: "button quiet toggle", type: "button", "aria-expanded": "false", onclick: actionHandler(async () => {
    const isShown = look.element.classList.toggle("shown");
    toggle.setAttribute("aria-expanded", String(isShown));
    toggle.textContent = t(isShown ? "hide_preview" : "show_preview");
    if (!isShown) return;
    look.heading.focus();
    look.element.scrollIntoView({ block: "start" });
  }) }, t("show_preview"));
  const found = kept.find();
  const note = found && JSON.stringify(found.document) !== JSON.stringify(whole()) ? offer(found, version, {
    take: () => {
      desk.draft = found.document;
      version = found.version;
      desk.paint();
      changed();
      look.follow();
    },
    discard: kept.forget,
  }) : null;
  fill(form, id ? null : idField, holder, h("div", { class: "row bar-bottom" }, h("button", { class: "button" }, t("save")), toggle));
  look.follow();
  const view = [note, list.element, h("div", { class: "split" }, form, look.element)];
  const isUnsaved = () => typed() !== begun;
  isUnsaved.left = kept.forget;
  return Object.assign(view, { isUnsaved });
}

// A part of the document in the words that its control has.
function partName(key) {
  const name = { texts: "words", fields: "asks", redirect_url: "redirect", archived: "state_archived", source_names: "partners" }[key] ?? key;
  return has(name) ? t(name) : key;
}
