// The start page: an overview of all campaigns.
import { attention } from "../campaign/attention.js";
import { call, get } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { fill, h } from "../shell/dom.js";
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

// The lists that campaigns are in, by their state; what is archived is in its own alone.
const LISTS = [
  { words: "list_current", takes: (kind) => kind !== "archived" },
  { words: "state_open", takes: (kind) => kind === "open" || kind === "early" },
  { words: "list_drafts", takes: (kind) => kind === "draft" },
  { words: "state_closed", takes: (kind) => kind === "closed" },
  { words: "state_archived", takes: (kind) => kind === "archived" },
];

export async function list({ me, again }) {
  const [{ campaigns: all }, mail] = await Promise.all([get("/campaigns?archived=true"), get("/mail")]);
  const [note, stop] = paused(mail, me, again);
  const shown = all.filter((line) => !line.archived);
  const sum = (name) => shown.reduce((total, line) => total + line[name], 0);
  const make = creates(me) ? h("a", { class: "button", href: "#/new" }, t("new_campaign")) : null;
  if (!all.length) return [h("h1", { tabindex: "-1" }, t("campaigns")), h("p", { class: "lead" }, t("no_campaigns")), make];
  const place = h("ul", { class: "campaigns" });
  const lists = LISTS.map(({ words, takes }) => [words, all.filter((line) => takes(phase(line)[0]))]).filter(([, lines], at) => lines.length || !at);
  const buttons = lists.map(([words, lines]) => h("button", { class: "choice", type: "button", onclick: () => choose(words) }, `${t(words)} (${n(lines.length)})`));
  function choose(chosen) {
    for (const [at, [words, lines]] of lists.entries()) {
      buttons[at].setAttribute("aria-pressed", String(words === chosen));
      if (words === chosen) fill(place, lines.map((line) => card(line, manages(me))));
    }
  }
  choose(lists[0][0]);
  return [
    h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, t("campaigns")), make),
    note,
    figures([[t("confirmed_online"), sum("confirmed")], [t("today"), sum("today")], [t("yesterday"), sum("yesterday")], [t("not_confirmed_yet"), sum("pending")]]),
    lists.length > 2 ? h("div", { class: "row choices", role: "group", "aria-label": t("state") }, buttons) : null,
    place,
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
