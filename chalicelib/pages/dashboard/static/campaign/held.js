// Emails held back: where they come from, and releasing or discarding them, many at a time.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { moment, n, percent, t } from "../shell/words.js";
import { sourceName } from "./sources.js";

export const heldIn = (counts) => Object.values(counts.held).reduce((total, one) => total + one, 0);

export async function held({ id, counts, document: document_, again }) {
  const found = await get(of(id, "/held"));
  return [noticed(found.trends, document_), heldIn(counts) ? list(id, counts, found, again) : null];
}

// Anomalies of the last hour; nothing is done about them automatically.
function noticed(trends, document_) {
  if (!trends.length) return null;
  return h("section", { class: "held", "aria-labelledby": "h-trends" }, h("h2", { id: "h-trends" }, t("trends")),
    trends.map((one) => h("p", {}, `${moment(one.seen_at)}: `, t(`trend_${one.kind}`, { share: percent(one.share, 1), n: n(one.signatures), label: one.kind === "source" ? sourceName(one.label, document_) : one.label }))));
}

function list(id, counts, found, again) {
  const total = found.groups.reduce((sum, group) => sum + group.signatures, 0);
  if (!total) return null;

  // The server handles a hundred per call; what is done stays done if this page is closed halfway.
  async function all(what, wish) {
    let done = 0;
    let cursor = null;
    do {
      const step = await call("POST", of(id, `/held/${what}`), { body: cursor ? { ...wish, cursor } : wish });
      done += step.released ?? step.dropped;
      cursor = step.cursor;
      say(t("held_so_far", { n: n(done) }));
    } while (cursor);
    await again();
    say(t(what === "drop" ? "held_dropped" : "held_released", { n: n(done) }));
  }

  const buttons = (wish, count, whose) => [
    h("button", { class: "button quiet", type: "button", "aria-label": `${t("held_release")}: ${whose}`, onclick: actionHandler(async () => {
      if (await ask(t("held_release_ask", { n: count }), t("held_release_text"), t("held_release"))) await all("release", wish);
    }) }, t("held_release")),
    h("button", { class: "button quiet", type: "button", "aria-label": `${t("held_drop")}: ${whose}`, onclick: actionHandler(async () => {
      if (await ask(t("held_drop_ask", { n: count }), t("held_drop_text"), t("held_drop"), { danger: true })) await all("drop", wish);
    }) }, t("held_drop")),
  ];
  const line = (words, count, wish) => h("li", {}, h("p", {}, h("strong", {}, count), " ", words), h("div", { class: "row" }, buttons(wish, count, words)));
  const groups = found.groups.map((group) => line(t(`held_${group.reason}`, { domain: group.domain || "" }), n(group.signatures),
    Object.fromEntries(["reason", "network", "domain"].filter((name) => group[name]).map((name) => [name, group[name]]))));
  const everything = found.is_whole ? n(total) : n(Math.max(total, heldIn(counts)));
  return h("section", { class: "held", "aria-labelledby": "h-held" }, h("h2", { id: "h-held" }, t("held_title", { n: everything })), h("p", {}, t("held_text")),
    h("ul", {}, groups, groups.length > 1 || !found.is_whole ? line(t("held_all"), everything, {}) : null));
}
