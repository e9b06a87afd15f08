// One campaign: its numbers first, then its actions.
import { publicBase as root, t, n, moment, country, languageName } from "../shell/words.js";
import { call, get, of } from "../shell/api.js";
import { bars, funnel, line, shares } from "../shell/charts.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { exportsOf } from "./exports.js";
import { held } from "./held.js";
import { figures, goal, phase, title } from "./list.js";
import { signatures } from "./signatures.js";
import { snippets } from "./snippets.js";

export async function campaign(id, me, language, again) {
  const [lines, counts, document_] = await Promise.all([get("/campaigns?archived=true"), get(of(id, "/counts")), get(of(id))]);
  const one = lines.campaigns.find((entry) => entry.id === id);
  const may = me.role !== "reader" && !me.sponsor;
  const [kind, words] = phase(one);
  const today = counts.by.day[counts.today] || 0;
  const online = counts.signatures.confirmed;
  const elsewhere = counts.signatures.external + counts.external_count;
  const sponsors = Object.fromEntries(document_.sponsors.map((sponsor) => [sponsor.id, sponsor.name]));
  return [
    h("p", { class: "eyebrow" }, h("a", { href: "#/" }, t("campaigns"))),
    h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, title(one, language)), h("span", { class: `state ${kind}` }, words)),
    h("p", { class: "big" }, h("strong", {}, n(counts.public_count)), " ", t(counts.public_count === 1 ? "signature_lower" : "signatures_lower")),
    goal(counts.public_count, counts.goal),
    document_.mail_paused ? h("p", { class: "note" }, t("mail_paused")) : null,
    figures([[t("confirmed"), counts.signatures.confirmed], [t("today"), today], [t("yesterday"), one.yesterday], [t("pending"), counts.signatures.pending],
      [t(counts.external_count ? "on_paper_or_elsewhere" : "on_paper"), elsewhere], ...withdrawn(counts.withdrawn)]),
    may ? await refusedSites(document_, again) : null,
    may ? await held(id, counts, again) : null,
    may ? acts(document_, counts, again) : null,
    counts.public_count || counts.funnel.received || !SHARED.has(kind) ? null : first(id, language),
    section("per_day", line(counts.by.day, counts.today), elsewhere ? h("p", { class: "note" }, t("elsewhere_note", { n: n(elsewhere), total: n(counts.public_count) })) : null),
    online ? h("p", { class: "aside" }, t("of_online", { n: n(online) })) : null,
    h("div", { class: "grid" },
      section("funnel", funnel(counts.funnel)),
      section("by_country", bars(counts.by.country, country, online)),
      section("by_language", bars(counts.by.language, languageName, online)),
      section("by_source", bars(counts.by.source, (label) => label, online)),
      section("by_sponsor", consents(counts, sponsors)),
      section("by_signer", bars(counts.by.signer, (label) => t(`signer_${label}`), online))),
    h("p", {}, h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => sheet(id)) }, t("counts_as_csv"))),
    me.role === "reader" ? null : await signatures(id, me, document_),
    me.role === "reader" ? null : await exportsOf(id, me, document_),
    section("share", document_.state === "draft" ? prepared(await snippets(id, document_)) : await snippets(id, document_)),
  ];
}

const section = (name, ...inside) => h("section", { "aria-labelledby": `h-${name}` }, h("h2", { id: `h-${name}` }, t(name)), inside);

// Withdrawn by whom: that of signers always, the others where there are any.
const withdrawn = (by) => [[t("withdrawer_signer"), by.signer], ...["organizer", "erased"].filter((one) => by[one]).map((one) => [t(`withdrawer_${one}`), by[one]])];

const SHARED = new Set(["open", "early"]);

// To strangers a draft does not exist, so there is nothing yet to pass on; pages may be made ready.
const prepared = (snippets) => [h("p", { class: "note" }, t("share_draft")), h("details", {}, h("summary", {}, t("share_prepare")), snippets)];

// Of those who count, online or on paper, how many said yes to each sponsor, and how many did not.
function consents(counts, sponsors) {
  const whole = counts.signatures.confirmed + counts.signatures.external;
  const ids = [...new Set([...Object.keys(sponsors), ...Object.keys(counts.by.sponsor)])];
  return ids.length && whole ? [h("p", { class: "aside" }, t("of_counted", { n: n(whole) })), ids.map((one) =>
    [h("h3", {}, sponsors[one] || one), shares([[t("given"), counts.by.sponsor[one] || 0], [t("not_given"), whole - (counts.by.sponsor[one] || 0)]], whole)])] : h("p", { class: "empty" }, t("nothing_yet"));
}

function first(id, language) {
  const address = `${root}/sign/${id}?lang=${language}`;
  return h("p", { class: "note" }, t("first_signature"), " ", h("a", { href: address, rel: "noopener" }, address));
}

async function sheet(id) {
  const text = await call("GET", of(id, "/counts?format=csv"), { as: "text" });
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = h("a", { href: url, download: `${id}-counts.csv` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// Sites where somebody tried to sign today or yesterday, and the campaign does not allow them.
async function refusedSites(document_, again) {
  if (!document_.allowed_origins.length) return null;
  const { sites } = await get(of(document_.id, "/refused-sites"));
  if (!sites.length) return null;
  return section("refused_sites", h("p", { class: "hint" }, t("refused_sites_hint")), h("ul", { class: "plain" }, sites.map((site) => h("li", { class: "row" }, h("span", {}, site),
    h("button", { class: "button quiet", type: "button", onclick: actionHandler(async () => {
      const body = { allowed_origins: [...document_.allowed_origins, site] };
      await call("PATCH", of(document_.id), { body, headers: { "If-Match": `"${document_.version}"` } });
      await again();
      say(t("site_allowed", { site }));
    }) }, t("allow"), h("span", { class: "unseen" }, ` ${site}`))))));
}

function acts(document_, counts, again) {
  const patch = async (changes, done) => {
    await call("PATCH", of(document_.id), { body: changes, headers: { "If-Match": `"${document_.version}"` } });
    await again();
    say(done);
  };
  const button = (words, act, style = "button quiet") => h("button", { class: style, type: "button", onclick: actionHandler(act) }, words);
  const list = [h("a", { class: "button quiet", href: `#/c/${document_.id}/edit` }, t("edit"))];
  if (document_.state === "open")
    list.push(button(t("close"), async () => {
      if (await ask(t("close_ask"), t("close_text", { n: n(counts.signatures.confirmed), pending: n(counts.signatures.pending) }), t("close"), { danger: true }))
        await patch({ state: "closed" }, t("closed_done"));
    }, "button danger"));
  else
    list.push(button(t("open"), async () => {
      if (await ask(t("open_ask"), t("open_text"), t("open"))) await patch({ state: "open", archived: false }, t("opened_done"));
    }, "button"));
  if (document_.state === "closed" && !document_.archived)
    list.push(button(t("archive"), async () => {
      if (await ask(t("archive_ask"), t("archive_text"), t("archive"))) await patch({ archived: true }, t("archived_done"));
    }));
  if (document_.mail_paused) list.push(button(t("resume_mail"), () => patch({ mail_paused: false }, t("mail_resumed_done"))));
  else if (!document_.archived)
    list.push(button(t("pause_mail"), async () => {
      if (await ask(t("pause_mail_ask"), t("pause_text"), t("pause_mail"), { danger: true })) await patch({ mail_paused: true }, t("mail_paused_done"));
    }));
  const facts = [
    [t("opens_at"), moment(document_.opens_at)], [t("closes_at"), moment(document_.closes_at)],
    [t("names_until"), document_.names_until ? moment(document_.names_until) : t("kept_until_withdrawn")], [t("time_zone"), document_.time_zone.split("/").flatMap((part, at) => (at ? ["/", h("wbr"), part] : [part]))],
  ];
  return section("manage", figures(facts), h("div", { class: "row" }, list));
}
