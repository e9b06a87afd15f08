// How a campaign is doing: how many, how fast, from where, and whether anything is wrong.
import { get, of } from "../shell/api.js";
import { bars, line, shares } from "../shell/charts.js";
import { actionHandler } from "../shell/dialog.js";
import { fill, h } from "../shell/dom.js";
import { figures, goal } from "../shell/figures.js";
import { country, day, languageTitle, n, t } from "../shell/words.js";
import { attention } from "./attention.js";
import { heldIn } from "./held.js";
import { sourceName } from "./sources.js";
import { patch } from "./steps.js";

const DAY = 86_400_000;
const WEEK = 7;
const FEW = 10; // a day; fewer are told with one decimal
const EVERY = 30_000; // ms between two looks
const FAR = 730; // days; a date beyond them says nothing

export async function overview(one) {
  const sites = one.may ? await refusedSites(one) : null;
  const [numbers, rest] = [h("div", { class: "stack" }), h("div", {})];
  fill(numbers, atAGlance(one, sites));
  fill(rest, inDetail(one));
  follow(one, numbers, () => {
    const isRead = rest.contains(document.activeElement) || rest.querySelector("details[open]");
    const focused = numbers.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    fill(numbers, atAGlance(one, sites));
    if (focused) numbers.querySelector(`a[href="${focused}"]`)?.focus();
    if (!isRead) fill(rest, inDetail(one)); // what somebody unfolded stays as it is
  });
  return [numbers, rest];
}

function atAGlance(one, sites) {
  const { counts } = one;
  const { confirmed, pending, withdrawn } = counts.signatures;
  return [
    h("div", { class: "glance" },
      h("div", { class: "stack" },
        h("p", { class: "big" }, h("strong", {}, n(counts.public_count)), " ", t(counts.public_count === 1 ? "signature_lower" : "signatures_lower")),
        goal(counts.public_count, counts.goal),
        pace(counts)),
      h("section", { class: "wrong-or-not", "aria-labelledby": "h-attention" }, h("h2", { id: "h-attention" }, t("attention")), needs(one, sites))),
    figures([[t("confirmed_online"), confirmed], ...apart(counts), [t("not_confirmed_yet"), pending], [t("withdrawals"), withdrawn]]),
  ];
}

function inDetail(one) {
  const { counts } = one;
  const elsewhere = apart(counts);
  return [
    section("per_day", line(counts.by.day, counts.today), elsewhere.length ? h("p", { class: "aside" }, t("elsewhere_note", { n: n(counts.public_count - counts.signatures.confirmed), total: n(counts.public_count) })) : null),
    counts.public_count ? wherefrom(one, elsewhere) : null,
  ];
}

// Reads the numbers again while somebody may look at them, without a word: one request each time, none while the tab is hidden.
function follow(one, shown, changed) {
  let timer = 0;
  const look = async () => {
    clearTimeout(timer);
    if (!shown.isConnected) return document.removeEventListener("visibilitychange", look);
    if (document.hidden) return;
    try {
      const counts = await get(of(one.id, "/counts"));
      const before = JSON.stringify({ ...one.counts, as_of: "" });
      one.counts = counts;
      if (shown.isConnected && JSON.stringify({ ...counts, as_of: "" }) !== before) changed();
    } catch {
      // it is asked again
    }
    timer = setTimeout(look, EVERY);
  };
  timer = setTimeout(look, EVERY);
  document.addEventListener("visibilitychange", look);
}

// Signatures that no breakdown has, each kind with its number.
function apart(counts) {
  return [[t("on_paper"), counts.signatures.external], [t("counted_elsewhere"), counts.external_count]].filter(([, k]) => k);
}

const daysAgo = (iso, days) => new Date(Date.parse(`${iso}T00:00:00Z`) - days * DAY).toISOString().slice(0, 10);

// How fast: today, yesterday, and a usual day of the last week, or of the days since the first signature; and when that would
// reach the goal.
function pace(counts) {
  const { day: byDay } = counts.by;
  const on = (days) => byDay[daysAgo(counts.today, days)] || 0;
  const today = n(on(0));
  const first = Object.keys(byDay).sort()[0] ?? counts.today;
  const days = Math.min(WEEK, Math.round((Date.parse(counts.today) - Date.parse(first)) / DAY));
  if (days < 1) return h("p", {}, t("pace_first", { today }));
  let past = 0;
  for (let ago = 1; ago <= days; ago += 1) past += on(ago);
  const rate = past / days;
  const left = counts.goal ? counts.goal - counts.public_count : 0;
  const until = left > 0 && rate > 0 ? Math.ceil(left / rate) : 0;
  return h("p", {}, t("pace", { today, yesterday: n(on(1)), rate: n(rate < FEW ? Math.round(rate * 10) / 10 : Math.round(rate)) }),
    until && until < FAR ? ` ${t("pace_goal", { day: day(daysAgo(counts.today, -until)) })}` : "");
}

function needs(one, sites) {
  const { counts, document: document_, phase: [kind] } = one;
  const { confirmed, pending } = counts.signatures;
  const asLine = { id: one.id, closes_at: document_.closes_at, mail_paused: document_.mail_paused, held: heldIn(counts), is_open: kind === "open", bounced: counts.funnel.bounced, confirmed, pending,
    comments: document_.show_comments ? counts.comments_waiting : 0 };
  const notes = attention(asLine, one.may, Date.parse(counts.as_of));
  return notes.length || sites ? [notes, sites] : h("p", { class: "well" }, t("all_well"));
}

const section = (name, ...inside) => h("section", { "aria-labelledby": `h-${name}` }, h("h2", { id: `h-${name}` }, t(name)), inside);

// Shares are of all signers. Whoever is on paper or was counted elsewhere is a line of its own, so that each adds up.
function wherefrom({ counts, document: document_ }, elsewhere) {
  const { by, public_count: whole, signatures } = counts;
  const most = Object.keys(by.region).length ? 3 : 5; // a fourth list makes a second row, and both are to be seen at once
  const of_ = (labels, name) => bars(labels, name, { online: signatures.confirmed, apart: elsewhere, whole, most });
  return [
    h("p", { class: "aside" }, t("of_signers", { n: n(whole) })),
    h("div", { class: "grid" }, section("by_country", of_(by.country, country)), byRegion(counts, of_), section("by_source", of_(by.source, (label) => sourceName(label, document_))), section("by_language", of_(by.language, languageTitle))),
    h("details", {}, h("summary", {}, t("more_numbers")), h("div", { class: "grid" }, section("by_sponsor", consents(counts, document_)), section("by_signer", of_(by.signer, (label) => t(`signer_${label}`)))),
      signatures.withdrawn ? figures(Object.entries(counts.withdrawn).map(([by_, k]) => [t(`withdrawer_${by_}`), k])) : null),
  ];
}

// Regions by name, and with their country where they are of several; only of a campaign that asks for them.
function byRegion({ by, region_names: names = {} }, of_) {
  const countries = new Set(Object.keys(names).map((code) => code.slice(0, 2)));
  const named = (code) => (names[code] ? names[code] + (countries.size > 1 ? ` (${country(code.slice(0, 2))})` : "") : t("region_other"));
  return Object.keys(by.region).length ? section("by_region", of_(by.region, named)) : null;
}

// Of all who count, how many said yes to each sponsor, and how many did not; of those counted elsewhere nobody knows.
function consents(counts, document_) {
  const names = Object.fromEntries(document_.sponsors.map((sponsor) => [sponsor.id, sponsor.name]));
  const asked = counts.signatures.confirmed + counts.signatures.external;
  const ids = [...new Set([...Object.keys(names), ...Object.keys(counts.by.sponsor)])];
  if (!ids.length) return h("p", { class: "empty" }, t("nothing_yet"));
  return ids.map((one) => {
    const yes = counts.by.sponsor[one] || 0;
    return [h("h3", {}, names[one] || one), shares([[t("given"), yes], [t("not_given"), asked - yes], ...(counts.external_count ? [[t("counted_elsewhere"), counts.external_count]] : [])], counts.public_count)];
  });
}

// Sites where somebody tried to sign today or yesterday, and the campaign does not allow them.
async function refusedSites(one) {
  const allowed = one.document.allowed_origins;
  if (!allowed.length) return null;
  const { sites } = await get(of(one.id, "/refused-sites"));
  if (!sites.length) return null;
  return h("section", { class: "refused", "aria-labelledby": "h-refused" }, h("h3", { id: "h-refused" }, t("refused_sites")), h("p", { class: "hint" }, t("refused_sites_hint")),
    h("ul", { class: "plain" }, sites.map((site) => h("li", { class: "row" }, h("span", {}, site),
      h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => patch(one, { allowed_origins: [...allowed, site] }, t("site_allowed", { site }))) },
        t("allow"), h("span", { class: "unseen" }, ` ${site}`))))));
}
