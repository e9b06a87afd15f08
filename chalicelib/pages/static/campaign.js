// One campaign: its numbers first, then what can be done with it.
import { base as root, t, n, moment, country, tongue } from "./words.js";
import { call, get, of } from "./api.js";
import { bars, funnel, line } from "./charts.js";
import { acting, ask, copyable, say } from "./dialog.js";
import { h, select } from "./dom.js";
import { exportsOf } from "./exports.js";
import { held } from "./held.js";
import { figures, goal, phase, title } from "./list.js";
import { signatures } from "./signatures.js";

export async function campaign(id, me, language, again) {
  const [lines, counts, document_] = await Promise.all([get("/campaigns?archived=true"), get(of(id, "/counts")), get(of(id))]);
  const one = lines.campaigns.find((entry) => entry.id === id);
  const may = me.role !== "reader" && !me.sponsor;
  const [kind, words] = phase(one);
  const today = counts.by.day[counts.today] || 0;
  const sponsors = Object.fromEntries(document_.sponsors.map((sponsor) => [sponsor.id, sponsor.name]));
  return [
    h("p", { class: "eyebrow" }, h("a", { href: "#/" }, t("campaigns"))),
    h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, title(one, language)), h("span", { class: `state ${kind}` }, words)),
    h("p", { class: "big" }, h("strong", {}, n(counts.public_count)), " ", t("signatures_lower")),
    goal(counts.public_count, counts.goal),
    figures([[t("confirmed"), counts.signatures.confirmed], [t("today"), today], [t("yesterday"), one.yesterday], [t("pending"), counts.signatures.pending],
      [t("on_paper"), counts.signatures.external + counts.external_count], [t("withdrawn"), counts.signatures.withdrawn]]),
    may ? await held(id, counts, again) : null,
    may ? acts(document_, one, counts, again) : null,
    counts.public_count ? null : first(id, language),
    section("per_day", line(counts.by.day, counts.today)),
    h("div", { class: "grid" },
      section("funnel", funnel(counts.funnel)),
      section("by_country", bars(counts.by.country, country)),
      section("by_language", bars(counts.by.language, tongue)),
      section("by_source", bars(counts.by.source, (label) => label)),
      section("by_sponsor", bars(counts.by.sponsor, (label) => sponsors[label] || label)),
      section("by_signer", bars(counts.by.signer, (label) => t(`signer_${label}`)))),
    h("p", {}, h("button", { class: "button quiet", type: "button", onclick: acting(() => sheet(id)) }, t("counts_as_csv"))),
    me.role === "reader" ? null : await signatures(id, me, document_),
    me.role === "reader" ? null : await exportsOf(id, me, document_),
    section("share", snippets(id, document_)),
  ];
}

const section = (name, ...inside) => h("section", { "aria-labelledby": `h-${name}` }, h("h2", { id: `h-${name}` }, t(name)), inside);

function first(id, language) {
  const address = `${root}/sign/${id}?lang=${language}`;
  return h("p", { class: "note" }, t("first_signature"), " ", h("a", { href: address }, address));
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

function snippets(id, document_) {
  const languages = Object.keys(document_.texts);
  const chosen = select(languages.map((code) => [code, tongue(code)]), document_.default_language, { "aria-label": t("language") });
  const place = h("div", {});
  const paint = () => {
    const lang = chosen.value;
    const address = `${root}/sign/${id}?lang=${lang}`;
    const text = document_.texts[lang];
    const frame = `<iframe src="${address}" title="${text.title.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}" width="100%" height="900" style="border:0"></iframe>`;
    place.replaceChildren(h("h3", {}, t("as_link")), copyable(address, t("as_link")), h("h3", {}, t("as_frame")), copyable(frame, t("as_frame")),
      h("h3", {}, t("as_form")), copyable(form(id, document_, lang), t("as_form")));
  };
  chosen.addEventListener("change", paint);
  paint();
  return [chosen, place];
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function form(id, document_, lang) {
  const input = (name, label, type, required) =>
    `  <label>${escaped(label)} <input name="${name}" type="${type}"${required ? " required" : ""}></label>`;
  const control = (asked) => {
    const label = asked.label?.[lang] || asked.label?.[document_.default_language] || t(`field_${asked.name}`);
    if (asked.type === "select") return `  <label>${escaped(label)} <select name="${asked.name}"${asked.required ? " required" : ""}><option></option>${asked.options.map((o) => `<option>${escaped(o)}</option>`).join("")}</select></label>`;
    if (asked.type === "checkbox") return `  <label><input name="${asked.name}" type="checkbox"${asked.required ? " required" : ""}> ${escaped(label)}</label>`;
    if (asked.type === "textarea" || asked.name === "comment") return `  <label>${escaped(label)} <textarea name="${asked.name}"${asked.required ? " required" : ""}></textarea></label>`;
    return input(asked.name, label, asked.name === "phone" ? "tel" : "text", asked.required);
  };
  const asked = [...document_.fields];
  for (const name of ["family_name", "given_name"]) if (!asked.some((one) => one.name === name)) asked.unshift({ name });
  return [
    `<form action="${root}/campaigns/${id}/signatures" method="post" lang="${lang}">`,
    `  <input type="hidden" name="lang" value="${lang}">`,
    input("email", t("field_email"), "email", true),
    ...asked.map(control),
    ...document_.sponsors.map((s) => `  <label><input type="checkbox" name="consents" value="${s.id}"> ${escaped(t("may_write", { name: s.name }))}</label>`),
    `  <input name="website" hidden tabindex="-1" autocomplete="off">`,
    `  <button>${escaped(document_.texts[lang].call_to_action || t("sign"))}</button>`,
    "</form>",
  ].join("\n");
}

function acts(document_, one, counts, again) {
  const patch = async (changes, done) => {
    await call("PATCH", of(document_.id), { body: changes, headers: { "If-Match": `"${document_.version}"` } });
    await again();
    say(done);
  };
  const button = (words, act, style = "button quiet") => h("button", { class: style, type: "button", onclick: acting(act) }, words);
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
  const facts = [
    [t("opens_at"), moment(document_.opens_at)], [t("closes_at"), moment(document_.closes_at)],
    [t("names_until"), document_.names_until ? moment(document_.names_until) : t("kept_until_withdrawn")], [t("time_zone"), document_.time_zone],
  ];
  return section("manage", figures(facts), h("div", { class: "row" }, list));
}
