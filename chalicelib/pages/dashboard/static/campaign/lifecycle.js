// Opening, closing, copying, archiving and deleting a campaign, with what each does.
import { call, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, h } from "../shell/dom.js";
import { creates, isAdmin } from "../shell/roles.js";
import { choices, language, moment, n, t } from "../shell/words.js";
import { previewLink } from "./previewlink.js";
import { open, patch } from "./steps.js";

const CAMPAIGN_ID = new RegExp(`^${choices.campaign_id}$`);

export function lifecycle(one) {
  const { counts, document: document_, me } = one;
  const button = (words, act, style = "button quiet") => h("button", { class: style, type: "button", onclick: actionHandler(act) }, words);
  const isUnsigned = !counts.funnel.received && !counts.signatures.external;
  const rows = [];
  if (document_.state === "open") rows.push([t("close_hint"), button(t("close"), () => close(one, counts))]);
  else rows.push([t("open_hint"), button(t("open"), () => open(one))]);
  if (document_.state === "draft") rows.push([t("preview_link_hint"), button(t("preview_link"), () => previewLink(one))]);
  if (creates(me)) rows.push([t("duplicate_hint"), button(t("duplicate"), () => duplicate(one))]);
  if (document_.state === "closed" && !document_.archived) rows.push([t("archive_text"), button(t("archive"), () => archive(one))]);
  if (isAdmin(me) && isUnsigned) rows.push([t("delete_hint"), button(t("delete"), () => remove(one), "button danger")]);
  return h("details", { class: "fold lifecycle" }, h("summary", {}, h("h2", {}, t("lifecycle"))),
    h("p", { class: "aside" }, document_.names_until ? t("names_until", { when: moment(document_.names_until) }) : t("names_stay")),
    h("ul", { class: "acts" }, rows.map(([words, act]) => h("li", {}, h("p", {}, words), act))));
}

async function close(one, counts) {
  if (await ask(t("close_ask"), t("close_text", { n: n(counts.signatures.confirmed), pending: n(counts.signatures.pending) }), t("close")))
    await patch(one, { state: "closed" }, t("closed_done"));
}

async function archive(one) {
  if (await ask(t("archive_ask"), t("archive_text"), t("archive"))) await patch(one, { archived: true }, t("archived_done"));
}

async function remove(one) {
  if (!(await ask(t("delete_ask"), t("delete_text"), t("delete"), { danger: true }))) return;
  await call("DELETE", of(one.id), { headers: { "If-Match": `"${one.document.version}"` } });
  location.hash = "#/";
  setTimeout(() => say(t("deleted_done")), 300);
}

// What was decided for one run of the campaign, and is not copied.
const afresh = { state: "draft", opens_at: null, closes_at: null, archived: false, mail_paused: false, external_count: 0 };

const TITLE_LENGTH = 200;

// In the words of each language, as far as there are some: in a list two of the same name are taken for each other.
function titleOfCopy(title, code) {
  const words = choices.copy_titles[code.split("-")[0]] ?? choices.copy_titles[language];
  return words.replace("{title}", () => title.slice(0, TITLE_LENGTH - words.length));
}

function duplicate(one) {
  const document_ = { ...structuredClone(one.document), ...afresh };
  for (const name of choices.read_only_keys) delete document_[name];
  for (const [code, text] of Object.entries(document_.texts)) text.title = titleOfCopy(text.title, code);
  const name = h("input", { required: true, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const place = h("div", {}, field(t("campaign_id"), name, { hint: t("campaign_id_hint") }));
  const refuse = (why) => {
    place.replaceChildren(field(t("campaign_id"), name, { hint: t("campaign_id_hint"), error: why }));
    name.focus();
  };
  const make = actionHandler(async () => {
    const id = name.value.trim();
    if (!CAMPAIGN_ID.test(id)) return refuse(t("campaign_id_wrong"));
    try {
      await call("PUT", of(id), { body: document_, headers: { "If-None-Match": "*" } });
    } catch (problem) {
      if (problem.status === 412) return refuse(t("campaign_id_taken"));
      throw problem;
    }
    dialog.close();
    location.hash = `#/campaigns/${id}/settings`;
    setTimeout(() => say(t("duplicated")), 300);
  });
  const dialog = h("dialog", { class: "wide", "aria-labelledby": "duplicate" }, h("h2", { id: "duplicate" }, t("duplicate")), h("p", {}, t("duplicate_hint")),
    h("form", { class: "stack", onsubmit: make, novalidate: true }, place, h("div", { class: "row" }, h("button", { class: "button" }, t("duplicate")),
      h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("cancel")))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
