// How a campaign is doing: how many, how fast, from where, and whether anything is wrong.
import { call, get, of } from "../shell/api.js";
import { bars, line, shares } from "../shell/charts.js";
import { actionHandler, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { country, languageName, n, t } from "../shell/words.js";
import { figures, goal } from "../views/list.js";

export async function overview(one) {
  const { counts, document: document_ } = one;
  const today = counts.by.day[counts.today] || 0;
  const online = counts.signatures.confirmed;
  const elsewhere = counts.signatures.external + counts.external_count;
  const sponsors = Object.fromEntries(document_.sponsors.map((sponsor) => [sponsor.id, sponsor.name]));
  return [
    h("p", { class: "big" }, h("strong", {}, n(counts.public_count)), " ", t(counts.public_count === 1 ? "signature_lower" : "signatures_lower")),
    goal(counts.public_count, counts.goal),
    figures([[t("confirmed"), online], [t("today"), today], [t("yesterday"), counts.by.day[dayBefore(counts.today)] || 0], [t("pending"), counts.signatures.pending],
      [t(counts.external_count ? "on_paper_or_elsewhere" : "on_paper"), elsewhere], ...withdrawn(counts.withdrawn)]),
    one.may ? await refusedSites(document_, one.again) : null,
    section("per_day", line(counts.by.day, counts.today), elsewhere ? h("p", { class: "note" }, t("elsewhere_note", { n: n(elsewhere), total: n(counts.public_count) })) : null),
    online ? h("p", { class: "aside" }, t("of_online", { n: n(online) })) : null,
    h("div", { class: "grid" },
      section("by_country", bars(counts.by.country, country, online)),
      section("by_language", bars(counts.by.language, languageName, online)),
      section("by_source", bars(counts.by.source, (label) => label, online)),
      section("by_sponsor", consents(counts, sponsors)),
      section("by_signer", bars(counts.by.signer, (label) => t(`signer_${label}`), online))),
  ];
}

const dayBefore = (iso) => new Date(Date.parse(`${iso}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

const section = (name, ...inside) => h("section", { "aria-labelledby": `h-${name}` }, h("h2", { id: `h-${name}` }, t(name)), inside);

// Withdrawn by whom: that of signers always, the others where there are any.
const withdrawn = (by) => [[t("withdrawer_signer"), by.signer], ...["organizer", "erased"].filter((one) => by[one]).map((one) => [t(`withdrawer_${one}`), by[one]])];

// Of those who count, online or on paper, how many said yes to each sponsor, and how many did not.
function consents(counts, sponsors) {
  const whole = counts.signatures.confirmed + counts.signatures.external;
  const ids = [...new Set([...Object.keys(sponsors), ...Object.keys(counts.by.sponsor)])];
  return ids.length && whole ? [h("p", { class: "aside" }, t("of_counted", { n: n(whole) })), ids.map((one) =>
    [h("h3", {}, sponsors[one] || one), shares([[t("given"), counts.by.sponsor[one] || 0], [t("not_given"), whole - (counts.by.sponsor[one] || 0)]], whole)])] : h("p", { class: "empty" }, t("nothing_yet"));
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
