// The start page: an overview of all campaigns.
import { call, get } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { language, moment, n, percent, t } from "../shell/words.js";

const title = (line) => line.titles[language] || line.title;

function phase(line) {
  if (line.archived) return ["archived", t("state_archived")];
  if (line.state === "draft") return ["draft", t("state_draft")];
  if (line.is_open) return ["open", t("state_open")];
  if (line.state === "open" && line.opens_at && Date.parse(line.opens_at) > Date.now()) return ["early", t("state_early")];
  return ["closed", t("state_closed")];
}

function attention(line) {
  const notes = [];
  const left = line.closes_at ? (Date.parse(line.closes_at) - Date.now()) / 86400e3 : null;
  if (line.is_open && left !== null && left < 3) notes.push(t("closes_soon"));
  if (line.bounced > 9 && line.bounced > 0.03 * (line.confirmed + line.pending)) notes.push(t("many_bounced", { n: n(line.bounced) }));
  if (line.pending > 19 && line.pending > line.confirmed) notes.push(t("many_pending", { n: n(line.pending) }));
  if (line.mail_paused) notes.push(t("mail_paused"));
  if (line.held) notes.push(t("held_some", { n: n(line.held) }));
  return notes;
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
  const may = me.role === "admin" || (me.role === "organizer" && me.campaigns.includes("*"));
  const make = may ? h("a", { class: "button", href: "#/new" }, t("new_campaign")) : null;
  if (!all.length) return [h("h1", { tabindex: "-1" }, t("campaigns")), h("p", { class: "lead" }, t("no_campaigns")), make];
  return [
    h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, t("campaigns")), make),
    note,
    figures([[t("confirmed"), sum("confirmed")], [t("today"), sum("today")], [t("yesterday"), sum("yesterday")], [t("pending"), sum("pending")]]),
    h("ul", { class: "campaigns" }, shown.map((line) => card(line))),
    archived.length ? h("details", {}, h("summary", {}, t("archived_ones", { n: n(archived.length) })), h("ul", { class: "campaigns" }, archived.map((line) => card(line)))) : null,
    stop,
  ];
}

export function figures(pairs) {
  return h("dl", { class: "figures" }, pairs.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", { class: typeof value === "number" ? null : "words" }, typeof value === "number" ? n(value) : value))));
}

export function goal(count, aim) {
  if (!aim) return null;
  return h("div", { class: "goal" }, h("progress", { max: aim, value: Math.min(count, aim), "aria-label": t("of_goal", { n: n(count), goal: n(aim) }) }),
    h("p", { class: "aside" }, t("of_goal", { n: n(count), goal: n(aim) }), ` (${percent(count, aim)})`));
}

function card(line) {
  const [kind, words] = phase(line);
  return h("li", {},
    h("div", { class: "name" }, h("a", { href: `#/campaigns/${line.id}` }, title(line)), h("span", { class: `state ${kind}` }, words)),
    h("p", { class: "count" }, h("strong", {}, n(line.count)), " ", t(line.count === 1 ? "signature_lower" : "signatures_lower"), line.today ? h("span", { class: "up" }, ` +${n(line.today)} ${t("today_lower")}`) : null),
    goal(line.count, line.goal),
    attention(line).map((note) => h("p", { class: "note" }, note)));
}
