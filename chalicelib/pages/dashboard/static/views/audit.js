// For admins: who did what, in sentences, of one person, campaign, day or kind.
import { get } from "../shell/api.js";
import { actionHandler } from "../shell/dialog.js";
import { field, fill, h, select } from "../shell/dom.js";
import { choices, moment, n, t } from "../shell/words.js";
import { campaignTitles } from "./access.js";

const HERE = { command: () => t("actor_command"), scheduled: () => t("actor_scheduled") };
const name = (act) => act.replace(/[ .]/g, "_");

// What changed of a campaign is said by its state where that is another one.
function wording(one) {
  if (one.act === "campaign changed" && one.was && one.was !== one.state) return `campaign_now_${one.state}`;
  if (one.act === "signed out everywhere" && one.member !== one.key) return "signed_somebody_out";
  return name(one.act);
}

// The sentence with its names marked; what has no sentence yet is said with its facts.
export function sentence(one, titles) {
  const who = one.by || (one.key in HERE ? HERE[one.key]() : one.key);
  const parts = {
    who: h("strong", {}, who),
    about: h("strong", {}, one.about || one.member || one.id || ""),
    campaign: h("cite", {}, titles.get(one.campaign) || one.campaign || ""),
    n: n(one.signatures ?? one.undone ?? 0),
  };
  const kind = wording(one);
  if (!choices.audit_sentences.includes(kind)) return [parts.who, `: ${one.act} `, one.campaign ? parts.campaign : null];
  return t(`act_${kind}`).split(/(\{\w+\})/).map((piece) => parts[piece.slice(1, -1)]?.cloneNode?.(true) ?? parts[piece.slice(1, -1)] ?? piece);
}

export async function audit() {
  const [{ keys }, { members }, titles] = await Promise.all([get("/keys"), get("/members"), campaignTitles()]);
  const rows = h("tbody", {});
  const more = h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => load()) }, t("load_more"));
  const none = h("p", { class: "empty", hidden: true }, t("audit_none"));
  const people = [...members.map((one) => [one.id, one.name]), ...keys.map((one) => [one.id, t("key_named", { name: one.name, id: one.id })]), ...Object.entries(HERE).map(([id, words]) => [id, words()])];
  const asked = {
    person: select([["", t("anybody")], ...people], ""),
    campaign: select([["", t("all")], ...titles], ""),
    day: h("input", { type: "date" }),
    kind: select(["", ...choices.audit_kinds].map((one) => [one, one ? t(`audit_${one}`) : t("all")]), ""),
  };
  let cursor = "";

  const row = (one) => h("tr", {}, h("th", { scope: "row" }, moment(one.at)), h("td", { class: "prose" }, sentence(one, titles)));

  // A page of what is rare may be empty although there are more.
  async function load() {
    const wanted = rows.children.length + 50;
    const filters = Object.fromEntries(Object.entries(asked).map(([one, control]) => [one, control.value]));
    do {
      const page = await get(`/audit?${new URLSearchParams({ limit: 50, ...filters, cursor })}`);
      rows.append(...page.entries.map(row));
      cursor = page.cursor || "";
    } while (cursor && rows.children.length < wanted);
    more.hidden = !cursor;
    none.hidden = rows.children.length > 0;
  }
  for (const control of Object.values(asked))
    control.addEventListener("change", actionHandler(() => {
      cursor = "";
      fill(rows);
      return load();
    }));
  await load();
  return [h("h1", { tabindex: "-1" }, t("audit")), h("p", { class: "lead" }, t("audit_text")),
    h("div", { class: "row filters asking" }, field(t("who"), asked.person), field(t("campaign"), asked.campaign), field(t("audit_day"), asked.day), field(t("what"), asked.kind)),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("audit") }, h("table", { class: "log" }, h("caption", { class: "unseen" }, t("audit")),
      h("thead", {}, h("tr", {}, [t("when"), t("what")].map((head) => h("th", { scope: "col" }, head)))), rows)), none, h("p", {}, more)];
}
