// Comments of signers: read by an organiser, then published with the name or not. Corrected ones wait again.
import { call, of } from "../shell/api.js";
import { h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";

// To publish it the comment goes along as it was read: the server refuses words that were corrected since. Null takes a decision back.
export const decideComment = (campaign, entry, shown) => call("PATCH", of(campaign, `/signatures/${entry.id}`),
  { body: shown ? { comment_shown: true, comment: entry.comment } : { comment_shown: shown } });

export const REVIEWS = ["comment_waiting", "comment_shown", "comment_refused"];
const mayTurn = { true: ["waiting", "refused"], false: ["waiting", "shown"] };

export const fitsFor = (entry, shown) => mayTurn[shown].includes(entry.comment_state);

// As it was before somebody decided.
export const restoreComment = (campaign, entry) => decideComment(campaign, entry, { shown: true, refused: false }[entry.comment_state] ?? null);

export function saidOfComments(shown, done) {
  if (shown) return t(done === 1 ? "comment_published_done" : "comments_published_done", { n: n(done) });
  return t(done === 1 ? "comment_refused_done" : "comments_refused_done", { n: n(done) });
}

export const quoted = (entry) => h("blockquote", { class: "said-so", lang: entry.language, dir: "auto" }, entry.comment);
