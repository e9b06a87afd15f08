// One update at an address of its own: a draft in its editor, or how far it has been sent and what became of it.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h, select } from "../shell/dom.js";
import { figures } from "../shell/figures.js";
import { language, languageTitle, moment, n, percent, t } from "../shell/words.js";
import { updateAbout } from "../campaign/deliveries.js";
import { mailPreview } from "../campaign/mailpreview.js";
import { audienceInWords } from "./audience.js";
import { dealtWith, progress, standing, stateOf } from "./standing.js";
import { updateEditor } from "./updateeditor.js";
import { FIGURES, backToMessages, subjectOf } from "./updates.js";

const EVERY = 3000; // ms between two looks while it is being sent

export async function updatePage(one) {
  const id = one.rest[1];
  if (!id || id === "new") return updateEditor(one, null, updateAbout(one, one.rest[2]));
  const update = await get(of(one.id, `/updates/${encodeURIComponent(id)}`));
  return update.state === "draft" ? updateEditor(one, update) : report(one, update);
}

function report(one, first) {
  const live = h("div", { class: "stack" });
  const element = h("section", { "aria-labelledby": "h-update" }, live, words(one, first));
  let update = first;
  const paint = () => {
    const held = live.contains(document.activeElement) ? document.activeElement.dataset.act : null;
    fill(live, backToMessages(one),
      h("div", { class: "heading" }, h("h2", { id: "h-update", dir: "auto" }, subjectOf(one, update)), stateOf(update)),
      h("p", { class: update.state === "paused" || update.waits_for ? "note" : null }, standing(update)),
      update.state === "sending" || update.state === "paused" ? progress(update) : null,
      figures(FIGURES.map((name) => [t(`update_${name}`), ["recipients", "sent"].includes(name) || !update.sent ? update[name] : `${n(update[name])} · ${percent(update[name], update.sent)}`])),
      facts(update),
      acts(update));
    if (held) live.querySelector(`[data-act="${held}"]`)?.focus();
  };
  const look = async () => {
    if (!element.isConnected || update.state !== "sending") return;
    try {
      if (!document.hidden) update = await get(of(one.id, `/updates/${update.id}`));
      if (!element.isConnected) return;
      paint();
      if (update.state !== "sending") say(t(`update_state_${update.state}`));
    } catch {
      // it is asked again
    }
    soon();
  };
  const soon = () => setTimeout(look, EVERY);
  const act = (what) => actionHandler(async () => {
    if (what === "stop" && !(await ask(t("update_stop_ask"), t("update_stop_text", { left: n(Math.max(update.recipients - dealtWith(update), 0)) }), t("update_stop"), { danger: true }))) return;
    update = { ...update, ...(await call("POST", of(one.id, `/updates/${update.id}/${what}`))) };
    paint();
    say(t(`update_${what}_done`));
    soon();
  });
  const acts = ({ state }) => (state === "sending" || state === "paused" ? h("div", { class: "row" },
    state === "sending" ? h("button", { class: "button quiet", type: "button", "data-act": "pause", onclick: act("pause") }, t("update_pause"))
      : h("button", { class: "button", type: "button", "data-act": "resume", onclick: act("resume") }, t("update_resume")),
    h("button", { class: "button danger", type: "button", "data-act": "stop", onclick: act("stop") }, t("update_stop"))) : null);
  paint();
  soon();
  return element;
}

function facts(update) {
  const rows = [[t("audience"), audienceInWords(update.audience)], [t("update_begun"), moment(update.started_at)], update.finished_at ? [t("update_ended"), moment(update.finished_at)] : null,
    update.failed ? [t("update_failed"), n(update.failed)] : null, update.skipped ? [t("update_skipped"), `${n(update.skipped)} · ${t("update_skipped_hint")}`] : null];
  return h("dl", { class: "facts" }, rows.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

// What it said, in each language that the campaign still has.
function words(one, update) {
  const codes = Object.keys(update.texts).filter((code) => code in one.document.texts);
  if (!codes.length) return null;
  const list = select(codes.map((code) => [code, languageTitle(code)]), codes.includes(language) ? language : codes[0]);
  const preview = mailPreview(async () => ({ from: one.document.sender, ...(await call("POST", of(one.id, "/updates/preview"), { body: { language: list.value, ...update.texts[list.value] } })) }));
  list.addEventListener("change", preview.draw);
  return h("details", { class: "fold mails", ontoggle: (event) => event.target.open && preview.draw() }, h("summary", {}, h("h2", {}, t("update_words"))),
    codes.length > 1 ? h("div", { class: "row" }, field(t("language"), list)) : null, preview.element);
}
