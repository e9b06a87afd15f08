// How an update stands, in words and as a bar.
import { h } from "../shell/dom.js";
import { moment, n, t } from "../shell/words.js";

export const dealtWith = (update) => update.sent + update.failed + update.skipped;
export const stateOf = (update) => h("span", { class: `state ${update.state}${update.reason && update.reason !== "organizer" ? " ill" : ""}` }, t(`update_state_${update.state}`));

export function standing(update) {
  const facts = { done: n(dealtWith(update)), n: n(update.recipients), sent: n(update.sent) };
  if (update.state === "draft") return t("update_is_draft", { ...facts, when: moment(update.changed_at) });
  if (update.state === "sending") return t(update.waits_for ? `update_waits_${update.waits_for}` : "update_is_going", facts);
  if (update.state === "paused") return t(`update_paused_${update.reason}`, facts);
  return t(`update_is_${update.state}`, { ...facts, when: moment(update.finished_at) });
}

export function progress(update) {
  const most = Math.max(update.recipients, 1);
  return h("div", { class: "goal" }, h("progress", { max: most, value: Math.min(dealtWith(update), most), "aria-label": t("update_progress") }));
}
