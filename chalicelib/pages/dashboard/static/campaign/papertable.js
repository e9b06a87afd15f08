// A table to type sheets into, or to paste a spreadsheet's cells: it becomes the text of a file, and is looked at as one.
import { actionHandler } from "../shell/dialog.js";
import { fill, h } from "../shell/dom.js";
import { choices, t } from "../shell/words.js";

const ROWS = 20;
const MOST_ROWS = 500;

export function paperTable(document_, labelOf, look) {
  const own = new Map(document_.fields.map((one) => [one.name, one]));
  const names = [...new Set([...choices.always_asked, ...own.keys(), "email", "signed_on"])];
  const labels = names.map((name) => (name === "signed_on" ? t("signed_on") : labelOf(name, own.get(name), document_)));
  const body = h("tbody", {});

  const inputs = () => [...body.rows].map((row) => [...row.querySelectorAll("input")]);
  const grow = (rows) => {
    while (body.rows.length < Math.min(rows, MOST_ROWS)) {
      const number = body.rows.length + 1;
      body.append(h("tr", {}, h("th", { scope: "row" }, String(number)), labels.map((label) => h("td", {}, h("input", { autocomplete: "off", "aria-label": `${label}, ${number}` })))));
    }
  };
  const placeOf = (input) => [input.closest("tr").rowIndex - 1, input.closest("td").cellIndex - 1];
  const clear = () => { fill(body); grow(ROWS); };

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    if (!/[\t\n]/.test(text) || !event.target.closest("input")) return; // one cell: as anywhere
    event.preventDefault();
    const [row, column] = placeOf(event.target);
    const lines = cellsOf(text);
    grow(row + lines.length);
    const cells = inputs();
    for (const [down, line] of lines.entries()) {
      for (const [right, value] of line.entries()) {
        const cell = cells[row + down]?.[column + right];
        if (cell) cell.value = value.trim();
      }
    }
  });
  // Enter and the arrows go on in the column, as in a spreadsheet.
  body.addEventListener("keydown", (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing || !event.target.closest("input")) return;
    event.preventDefault();
    const [row, column] = placeOf(event.target);
    grow(row + step + 1);
    inputs()[row + step]?.[column].focus();
  });

  const check = actionHandler(async () => {
    const rows = inputs().map((cells) => cells.map(({ value }) => value.trim()));
    while (rows.length && !rows.at(-1).some(Boolean)) rows.pop();
    if (!rows.length) {
      inputs()[0][0].focus();
      throw new Error(t("paper_table_empty"));
    }
    await look([names, ...rows].map((cells) => cells.map(quoted).join(",")).join("\r\n"), asShown);
  });
  // In the file a head stands above the first row, and columns have the names that the API knows.
  const asShown = (sheet) => ({
    ...sheet,
    columns: sheet.columns.map((one) => ({ ...one, title: labels[names.indexOf(one.field)] ?? one.title })),
    rows: sheet.rows.map((row) => ({ ...row, row: row.row - 1, alike_row: row.alike_row && row.alike_row - 1 })),
  });
  // Made once it is opened: most who come to the page want no table.
  const element = h("details", { class: "papertable", ontoggle: () => { if (!body.rows.length) grow(ROWS); } }, h("summary", {}, t("paper_table")), h("p", { class: "aside" }, t("paper_table_text")),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("paper_table") }, h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), labels.map((label) => h("th", { scope: "col" }, label)))), body)),
    h("button", { class: "button", type: "button", onclick: check }, t("paper_table_check")));
  return { element, clear };
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

// Lines and cells as spreadsheets copy them: by tabs, a cell with a line break or a quote inside in quotes.
function cellsOf(text) {
  const lines = [[]];
  for (const [, , inQuotes, plain, end] of `${text}\n`.matchAll(/("((?:[^"]|"")*)"(?=[\t\n])|([^\t\n]*))([\t\n])/g)) {
    lines.at(-1).push(inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"').replace(/\n/g, " "));
    if (end === "\n") lines.push([]);
  }
  lines.pop();
  return lines;
}
