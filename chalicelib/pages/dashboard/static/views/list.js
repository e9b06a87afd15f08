// The start page: an overview of all campaigns.
import { attention } from "../campaign/attention.js";
import { call, get } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { figures, goal } from "../shell/figures.js";
import { creates, manages } from "../shell/roles.js";
import { language, moment, n, t } from "../shell/words.js";

const title = (line) => line.titles[language] || line.title;

function phase(line) {
  if (line.archived) return ["archived", t("state_archived")];
  if (line.state === "draft") return ["draft", t("state_draft")];
  if (line.is_open) return ["open", t("state_open")];
  if (line.state === "open" && line.opens_at && Date.parse(line.opens_at) > Date.now()) return ["early", t("state_early")];
  return ["closed", t("state_closed")];
}

// Everybody sees that all mail is paused; admins find the switch there, or below the list.
function paused(mail, me, again) {
  const may = me.role === "admin" && !me.sponsor;
  const turn = (to, done) => async () => {
    await call("PUT", "/mail", { body: { paused: to } });
    await again();
    say(done);
  };
  const button = (words, act) => h("button", { class: "button quiet", type: "button", onclick: actionHandler(act) }, words);
  const note = mail.paused ? h("div", { class: "note", role: "note" }, h("p", {}, t("mail_paused_all", { when: moment(mail.changed_at) })),
    may ? button(t("resume_all"), turn(false, t("mail_resumed_done"))) : null) : null;
  const stop = may && !mail.paused ? h("p", {}, button(t("pause_all"), async () => {
    if (await ask(t("pause_all_ask"), t("pause_text"), t("pause_all"), { danger: true })) await turn(true, t("mail_paused_done"))();
  })) : null;
  return [note, stop];
}

export async function list({ me, again }) {
  const [{ campaigns: all }, mail] = await Promise.all([get("/campaigns?archived=true"), get("/mail")]);
  const [note, stop] = paused(mail, me, again);
  const shown = all.filter((line) => !line.archived);
  const archived = all.filter((line) => line.archived);
  const sum = (name) => shown.reduce((total, line) => total + line[name], 0);
  const make = creates(me) ? h("a", { class: "button", href: "#/new" }, t("new_campaign")) : null;
  if (!all.length) return [h("h1", { tabindex: "-1" }, t("campaigns")), h("p", { class: "lead" }, t("no_campaigns")), make];
  return [
    h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, t("campaigns")), make),
    note,
    figures([[t("confirmed"), sum("confirmed")], [t("today"), sum("today")], [t("yesterday"), sum("yesterday")], [t("pending"), sum("pending")]]),
    h("ul", { class: "campaigns" }, shown.map((line) => card(line, manages(me)))),
    archived.length ? h("details", {}, h("summary", {}, t("archived_ones", { n: n(archived.length) })), h("ul", { class: "campaigns" }, archived.map((line) => card(line, manages(me))))) : null,
    stop,
  ];
}

function card(line, may) {
  const [kind, words] = phase(line);
  return h("li", {},
    h("div", { class: "name" }, h("a", { href: `#/campaigns/${line.id}` }, title(line)), h("span", { class: `state ${kind}` }, words)),
    h("p", { class: "count" }, h("strong", {}, n(line.count)), " ", t(line.count === 1 ? "signature_lower" : "signatures_lower"), line.today ? h("span", { class: "up" }, ` +${n(line.today)} ${t("today_lower")}`) : null),
    goal(line.count, line.goal),
    attention(line, may));
}
