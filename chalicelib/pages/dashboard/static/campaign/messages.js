// What becomes of a campaign's emails: those held back, how many arrive, and the switch that pauses them.
import { actionHandler, ask } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { figures } from "../shell/figures.js";
import { choices, n, percent, t } from "../shell/words.js";
import { held } from "./held.js";
import { patch } from "./steps.js";

export const heldMails = held;

export function delivery({ counts }) {
  const { bounced, mailed, received } = counts.funnel;
  const told = (stage) => [t(`stage_${stage}`), `${n(counts.funnel[stage])} · ${percent(counts.funnel[stage], received)}`];
  return h("section", { "aria-labelledby": "h-delivery" }, h("h2", { id: "h-delivery" }, t("delivery")),
    bounced > 9 && bounced > 0.03 * mailed ? h("p", { class: "note" }, t("many_bounced", { n: n(bounced) })) : null,
    received ? figures(choices.stages.map(told)) : h("p", { class: "empty" }, t("nothing_yet")));
}

export function pause(one) {
  const isPaused = one.document.mail_paused;
  if (!isPaused && one.document.archived) return null;
  const turn = actionHandler(async () => {
    if (isPaused) return patch(one, { mail_paused: false }, t("mail_resumed_done"));
    if (await ask(t("pause_mail_ask"), t("pause_text"), t("pause_mail"))) await patch(one, { mail_paused: true }, t("mail_paused_done"));
  });
  return h("ul", { class: "acts" }, h("li", {}, h("p", {}, isPaused ? t("mail_paused") : t("pause_hint")),
    h("button", { class: "button quiet", type: "button", onclick: turn }, t(isPaused ? "resume_mail" : "pause_mail"))));
}
