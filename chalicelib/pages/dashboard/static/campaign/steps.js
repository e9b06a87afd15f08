// The one next step of a campaign, in a sentence with one button. What waits for a decision comes before what would be good to do.
import { call, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { moment, n, t } from "../shell/words.js";
import { heldIn } from "./held.js";
import { confirmableUntil } from "./phases.js";
import { previewLink } from "./previewlink.js";

const NEAR = 0.9;
const SOON = 3 * 86_400_000;

// Without its button on the tab that it leads to: whoever reads it there has arrived.
export function nextStep(one, at) {
  const step = stepOf(one);
  if (!step) return null;
  const [words, label, target] = step;
  const other = one.phase[0] === "draft" ? h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => previewLink(one)) }, t("preview_link")) : null;
  const button = target === at ? null : typeof target === "string" ? h("a", { class: "button", href: `#/campaigns/${one.id}/${target}` }, label)
    : h("button", { class: "button", type: "button", onclick: actionHandler(target) }, label);
  return h("div", { class: "step", role: "group", "aria-label": t("next_step") }, h("p", {}, words), h("div", { class: "row" }, other, button));
}

// Words, the button's words, and the tab that it leads to or what it does.
function stepOf(one) {
  const { counts, document: document_, may, phase: [kind] } = one;
  const held = heldIn(counts);
  if (!may || kind === "archived") return null;
  if (kind === "draft") return [t("step_draft"), t("open"), () => open(one)];
  if (document_.mail_paused) return [t("step_paused"), t("step_to_messages"), "messages"];
  if (held) return [t("held_some", { n: n(held) }), t("review"), "messages"];
  if (kind === "early") return [t("step_early", { when: moment(document_.opens_at) }), t("step_to_share"), "share"];
  if (kind === "closed") return closed(document_, counts);
  if (!counts.public_count && counts.funnel.received) return [t("step_unconfirmed", { n: n(counts.funnel.received) }), t("step_to_messages"), "messages"];
  if (!counts.public_count) return [t("step_first"), t("step_to_share"), "share"];
  return going(document_, counts);
}

function going(document_, counts) {
  const left = document_.goal ? document_.goal - counts.public_count : null;
  if (left !== null && left <= 0) return [t("step_reached", { goal: n(document_.goal) }), t("step_new_goal"), "settings"];
  if (document_.closes_at && Date.parse(document_.closes_at) - Date.parse(counts.as_of) < SOON)
    return [t("step_closing", { when: moment(document_.closes_at) }), t("step_to_share"), "share"];
  if (left !== null && counts.public_count >= NEAR * document_.goal) return [t("step_near", { n: n(left) }), t("step_to_share"), "share"];
  return [t("step_open"), t("step_to_share"), "share"];
}

function closed(document_, counts) {
  const until = confirmableUntil(document_);
  if (counts.signatures.pending && until && until > Date.parse(counts.as_of))
    return [t("step_wait", { n: n(counts.signatures.pending), until: moment(new Date(until).toISOString()) }), t("step_to_handover"), "handover"];
  return [t("step_closed"), t("step_to_handover"), "handover"];
}

// Changes a campaign at the version that is shown, draws the tab again, and says that it is done.
export async function patch(one, changes, done) {
  await call("PATCH", of(one.id), { body: changes, headers: { "If-Match": `"${one.document.version}"` } });
  await one.again();
  say(done);
}

export async function open(one) {
  if (await ask(t("open_ask"), t("open_text"), t("open"))) await patch(one, { state: "open", archived: false }, t("opened_done"));
}
