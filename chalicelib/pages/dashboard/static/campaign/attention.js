// What about a campaign needs somebody: a sentence each, and the tab where it is looked into.
import { h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";

const DAY = 86_400_000;
const MANY = 20;

// `line` is a campaign as the list of campaigns has it; `comments` are those that wait to be published.
function found(line, now) {
  const notes = [];
  const left = line.closes_at ? Date.parse(line.closes_at) - now : null;
  if (line.mail_paused) notes.push([t("mail_paused"), "messages"]);
  if (line.held) notes.push([t("held_some", { n: n(line.held) }), "messages"]);
  if (line.comments) notes.push([t(line.comments === 1 ? "comment_waits" : "comments_wait", { n: n(line.comments) }), "signatures/comment_waiting"]);
  if (line.bounced > 9 && line.bounced > 0.03 * (line.confirmed + line.pending)) notes.push([t("many_bounced", { n: n(line.bounced) }), "messages"]);
  if (line.pending >= MANY && line.pending > line.confirmed) notes.push([t("many_pending", { n: n(line.pending) }), "messages"]);
  if (line.is_open && left !== null && left < 3 * DAY) notes.push([t("closes_soon"), "share"]);
  return notes;
}

// The notes of a campaign; they lead further for whoever may change it.
export function attention(line, may, now = Date.now()) {
  return found(line, now).map(([words, tab]) => h("p", { class: "note" }, may ? h("a", { href: `#/campaigns/${line.id}/${tab}` }, words) : words));
}
