// Requests exports, shows their progress, and links to their files.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h, select, tick } from "../shell/dom.js";
import { saveAs } from "../shell/files.js";
import { choices, moment, n, t } from "../shell/words.js";

const EVERY = 1500;

export async function exportsOf({ id, me, document: document_ }) {
  if (me.role === "reader") return null;
  const list = h("ul", { class: "exports" });
  const formats = choices.export_formats.map((one) => [one, one === "ndjson" ? "NDJSON" : t(`format_${one}`)]);
  const format = select([...formats.slice(0, 2), ["semicolon", t("format_semicolon")], ...formats.slice(2)], choices.export_formats[0]);
  const what = select([["", t("those_that_count")], ["pending", t("state_pending")], ["external", t("on_paper")], ["any", t("all")], ["delivery", t("names_only")]], "");
  const sponsor = select([["", t("everybody")], ...document_.sponsors.map((one) => [one.id, t("consenting_to", { name: one.name })])], "");
  const since = h("select", {}, h("option", { value: "" }, t("everything")));
  const bom = tick(t("bom"));
  let all = [];

  // Changes go on from a file of the same kind: of the same signatures, for the same organisation.
  function offerChanges() {
    const whose = me.sponsor || sponsor.value;
    const isAlike = (one) => (one.filters.sponsor || "") === whose && (one.filters.state || "") === what.value && !one.filters.delivery;
    const files = ["", "external", "any"].includes(what.value) ? all.filter((one) => one.cursor && isAlike(one)) : [];
    fill(since, h("option", { value: "" }, t("everything")),
      ...files.filter((one) => Date.now() - Date.parse(one.created_at) < 28 * 86400e3).slice(0, 8).map((one) => h("option", { value: one.cursor }, t("changes_since", { when: moment(one.created_at) }))));
  }
  what.addEventListener("change", offerChanges);
  sponsor.addEventListener("change", offerChanges);

  async function refresh() {
    all = (await get(of(id, "/exports"))).exports;
    fill(list, ...all.slice(0, 12).map((one) => line(one)));
    offerChanges();
    if (!all.length) list.append(h("li", { class: "empty" }, t("no_exports")));
    if (list.isConnected !== false && all.some(busy)) setTimeout(() => list.isConnected && refresh().catch(() => {}), EVERY);
  }
  const busy = (one) => one.state === "queued" || one.state === "running";

  function line(one) {
    const wishes = [one.format.toUpperCase(), one.filters.delivery ? t("names_only") : one.filters.state ? t(one.filters.state === "any" ? "all" : `state_${one.filters.state}`) : "", one.filters.sponsor || "", one.filters.since ? t("changes_since", { when: moment(one.filters.since) }) : ""];
    const words = wishes.filter(Boolean).join(" · ");
    return h("li", {}, h("div", {}, h("strong", {}, moment(one.created_at)), h("span", { class: "aside" }, ` ${words}`)),
      busy(one) ? h("div", {}, h("progress", { max: 1, value: one.progress, "aria-label": t("export_progress") }), h("p", { class: "aside" }, t("rows_so_far", { n: n(one.rows) }))) : null,
      one.state === "done" ? h("div", { class: "row" }, h("a", { class: "button quiet", href: one.browser_url, rel: "noreferrer" }, t(one.rows === 1 ? "download_row" : "download_rows", { n: n(one.rows) })),
        h("button", { class: "link", type: "button", onclick: actionHandler(async () => {
          if (!(await ask(t("remove_ask"), t("remove_text"), t("remove"), { danger: true }))) return;
          await call("DELETE", of(id, `/exports/${one.id}`));
          await refresh();
          say(t("removed"));
        }) }, t("remove")), h("span", { class: "aside" }, t("until", { when: moment(one.expires_at) }))) : null,
      one.state === "failed" || one.state === "deleted" ? h("p", { class: "aside" }, t(`export_${one.state}`)) : null);
  }

  const begin = actionHandler(async () => {
    const body = format.value === "semicolon" ? { format: "csv", separator: "semicolon" } : { format: format.value };
    if (what.value === "delivery") body.delivery = true;
    else if (what.value) body.state = what.value;
    if (!me.sponsor && sponsor.value) body.sponsor = sponsor.value;
    if (since.value && what.value !== "delivery") body.since = since.value;
    if (body.format === "csv" && bom.querySelector("input").checked) body.bom = false;
    await call("POST", of(id, "/exports"), { body });
    say(t("export_begun"));
    await refresh();
  });
  await refresh();
  return h("section", { "aria-labelledby": "h-exports" }, h("h2", { id: "h-exports" }, t("exports")),
    h("form", { class: "row", onsubmit: begin }, field(t("format"), format), field(t("which"), what), me.sponsor ? null : field(t("for_whom"), sponsor), field(t("how_much"), since), bom, h("button", { class: "button" }, t("export"))), list);
}

// All counters of the campaign, for a spreadsheet.
export function numbers({ id }) {
  return h("section", { "aria-labelledby": "h-numbers" }, h("h2", { id: "h-numbers" }, t("numbers")), h("p", {}, t("numbers_text")),
    h("p", {}, h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => download(id)) }, t("counts_as_csv"))));
}

async function download(id) {
  saveAs(`${id}-counts.csv`, new Blob([await call("GET", of(id, "/counts?format=csv"), { as: "text" })], { type: "text/csv" }));
}
