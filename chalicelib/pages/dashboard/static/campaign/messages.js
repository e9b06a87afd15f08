// What becomes of a campaign's emails: those held back, how many arrive, and the switch that pauses them.
import { actionHandler, ask } from "../shell/dialog.js";
import { funnel } from "../shell/charts.js";
import { h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";
import { held } from "./held.js";
import { patch } from "./steps.js";

export const heldMails = (one) => held(one.id, one.counts, one.again);

export function delivery({ counts }) {
  const { bounced, mailed } = counts.funnel;
  return h("section", { "aria-labelledby": "h-delivery" }, h("h2", { id: "h-delivery" }, t("delivery")),
    bounced > 9 && bounced > 0.03 * mailed ? h("p", { class: "note" }, t("many_bounced", { n: n(bounced) })) : null,
    h("div", { class: "reading" }, funnel(counts.funnel)));
}

export function pause(one) {
  const isPaused = one.document.mail_paused;
  if (!isPaused && one.document.archived) return null;
  const turn = actionHandler(async () => {
    if (isPaused) return patch(one, { mail_paused: false }, t("mail_resumed_done"));
    if (await ask(t("pause_mail_ask"), t("pause_text"), t("pause_mail"))) await patch(one, { mail_paused: true }, t("mail_paused_done"));
  });
  return h("section", { "aria-labelledby": "h-pause" }, h("h2", { id: "h-pause" }, t("pause_title")),
    h("ul", { class: "acts" }, h("li", {}, h("p", {}, isPaused ? t("mail_paused") : t("pause_hint")),
      h("button", { class: "button quiet", type: "button", onclick: turn }, t(isPaused ? "resume_mail" : "pause_mail")))));
}
