// Updates to signers: all that were written, how each stands, and what became of it.
import { get, of } from "../shell/api.js";
import { h } from "../shell/dom.js";
import { language, n, t } from "../shell/words.js";
import { audienceInWords } from "./audience.js";
import { progress, standing, stateOf } from "./standing.js";

const SHOWN = 3; // the newest; the others are folded away

export async function updates(one) {
  const listed = (await get(of(one.id, "/updates"))).updates;
  const want = one.counts.want_updates;
  const mayWrite = one.document.ask_updates || want > 0;
  const rows = listed.map((update) => row(one, update));
  return h("section", { class: "updates", "aria-labelledby": "h-updates" },
    h("div", { class: "heading" }, h("h2", { id: "h-updates" }, t("updates_title")),
      mayWrite ? h("a", { class: "button quiet", href: to(one, "new") }, t("update_write")) : null),
    one.document.ask_updates ? h("p", { class: "hint" }, want ? t("updates_want", { n: n(want) }) : t("updates_want_none")) : notAsked(one, want),
    listed.length ? h("ul", {}, rows.slice(0, SHOWN)) : null,
    rows.length > SHOWN ? h("details", {}, h("summary", {}, t("updates_older", { n: n(rows.length - SHOWN) })), h("ul", {}, rows.slice(SHOWN))) : null);
}

export const to = (one, update) => `#/campaigns/${one.id}/messages/updates/${update}`;
const NAME = /\s*,?\s*\{\{given_name\}\}/g;
export const subjectOf = (one, update) => (update.subjects[language] || update.subjects[one.document.default_language] || Object.values(update.subjects).find(Boolean) || "").replaceAll(NAME, "");

export const backToMessages = (one) => h("p", { class: "eyebrow" }, h("a", { href: `#/campaigns/${one.id}/messages` }, `← ${t("tab_messages")}`));

// Nobody can say yes yet: what to do about it.
function notAsked(one, want) {
  return h("div", { class: "step" }, h("p", {}, t("updates_not_asked"), want ? ` ${t("updates_still_want", { n: n(want) })}` : ""),
    h("a", { class: "button quiet", href: `#/campaigns/${one.id}/settings/rules` }, t("updates_to_setting")));
}

function row(one, update) {
  const subject = subjectOf(one, update);
  return h("li", {},
    h("div", { class: "name" }, h("a", { href: to(one, update.id), dir: "auto" }, subject || t("update_no_subject")), stateOf(update)),
    h("p", { class: "hint" }, [standing(update), update.state === "draft" ? "" : audienceInWords(update.audience)].filter(Boolean).join(" · ")),
    update.state === "sending" || update.state === "paused" ? progress(update) : null,
    update.state === "draft" ? null : tally(update));
}

export const FIGURES = ["recipients", "sent", "delivered", "bounced", "complained", "unsubscribed"];

export function tally(update, names = FIGURES) {
  const more = ["failed", "skipped"].filter((name) => update[name]);
  return h("dl", { class: "tally" }, [...names, ...more].map((name) => h("div", {}, h("dt", {}, t(`update_${name}`)), h("dd", {}, n(update[name])))));
}
