// A sheet to print and sign by hand; the server may need a few seconds for the first one.
import { get, of } from "../shell/api.js";
import { actionHandler, say } from "../shell/dialog.js";
import { field, h, select } from "../shell/dom.js";
import { choices, language, languageTitle, t } from "../shell/words.js";

export function paperSheet(id, document_) {
  const codes = Object.keys(document_.texts);
  const lang = select(codes.map((code) => [code, languageTitle(code)]), codes.includes(language) ? language : document_.default_language);
  const size = select(choices.papers.map((name) => [name, t(`paper_${name}`)]), choices.papers[0]);
  const rows = h("input", { type: "number", min: "1", max: "200", inputmode: "numeric" });
  const fetched = actionHandler(async () => {
    say(t("sheet_begun"));
    const { url } = await get(of(id, `/sheet.pdf?${new URLSearchParams({ lang: lang.value, paper: size.value, ...(rows.value && { rows: rows.value }) })}`));
    say(t("sheet_done"));
    location.assign(url);
  });
  return h("details", {}, h("summary", {}, t("sheet")), h("form", { class: "stack", onsubmit: fetched }, h("p", { class: "aside" }, t("sheet_text")),
    h("div", { class: "pair" }, codes.length > 1 ? field(t("language"), lang) : null, field(t("packet_paper"), size), field(t("sheet_rows"), rows, { hint: t("sheet_rows_hint") })),
    h("button", { class: "button quiet" }, t("sheet_fetch"))));
}
