// Paper signatures: a file or a table that is looked at whole, entered on a yes and undone within a day; or one by one.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h, select, tick, unique } from "../shell/dom.js";
import { choices, language, languageTitle, moment, n, t } from "../shell/words.js";
import { paperTable } from "./papertable.js";

const BATCH = 50;
const MOST_KB = 500;
const MOST_LINES = 100;

export function paper(id, document_, refresh) {
  const undoable = h("div", {});
  const list = () => listUndoable(id, undoable, refresh);
  return h("details", { ontoggle: (event) => event.target.open && actionHandler(list)() }, h("summary", {}, t("paper")), h("p", { class: "aside" }, t("paper_text")),
    fromFile(id, document_, async () => { await Promise.all([refresh(), list()]); }), undoable, oneByOne(id, document_, refresh));
}

function fromFile(id, document_, done) {
  const found = h("div", { class: "stack" });
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", onchange: actionHandler(chosen) });
  const table = paperTable(document_, labelOf, (text, asShown) => look({ name: t("paper_table"), content: inBase64(new TextEncoder().encode(text)), asShown }));

  async function chosen() {
    fill(found);
    const [picked] = file.files;
    if (!picked) return;
    if (picked.size > MOST_KB * 1024) throw new Error(t("paper_too_large", { n: n(MOST_KB) }));
    await look({ name: picked.name, content: inBase64(new Uint8Array(await picked.arrayBuffer())) });
  }

  const codes = Object.keys(document_.texts);
  const signed = select(codes.map((code) => [code, languageTitle(code)]), codes.includes(language) ? language : document_.default_language);
  // Unless a row says in which language its sheet was.
  const inItsLanguage = (sheet) => ({ ...sheet, rows: sheet.rows.map((row) => ({ ...row, values: { language: signed.value, ...row.values } })) });

  async function look({ name, content, asShown = (sheet) => sheet }, days = "") {
    fill(found);
    say(t("paper_reading"));
    let sheet;
    try {
      sheet = inItsLanguage(asShown(await call("POST", of(id, "/sheets/read"), { body: { name, content, days } })));
    } catch (error) {
      const reasons = (error.errors || []).map((one) => one.message);
      if (!reasons.length) throw error;
      say("");
      show([heading(name), h("div", { class: "mistakes" }, reasons.map((reason) => h("p", {}, reason)))]);
      return;
    }
    if (sheet.unclear_day) {
      say("");
      const order = (which, words) => h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => look({ name, content, asShown }, which)) }, words);
      show([heading(name), h("p", {}, t("paper_day_ask", sheet.unclear_day)), h("div", { class: "row" },
        order("day_first", t("paper_day_first", { day: sheet.unclear_day.day_first })), order("month_first", t("paper_month_first", { day: sheet.unclear_day.month_first })))]);
      return;
    }
    summary(name, sheet, await check(sheet));
  }

  async function check(sheet) {
    const readable = sheet.rows.filter((row) => !row.errors.length);
    const results = new Map();
    await inBatches(readable, "paper_checked", async (batch) => {
      const { rows } = await call("POST", of(id, "/sheets/check"), { body: { rows: batch.map((row) => row.values) } });
      for (const [place, row] of batch.entries()) results.set(row.row, rows[place]);
    });
    say("");
    const sorted = { new: [], alike: [], known: [], left: [], wrong: [] };
    for (const row of sheet.rows) {
      const result = results.get(row.row) || { outcome: "wrong", errors: row.errors };
      const outcome = result.outcome === "new" && row.alike_row ? "alike" : result.outcome;
      sorted[outcome].push({ ...row, errors: result.errors });
    }
    return sorted;
  }

  function summary(name, sheet, sorted) {
    const places = new Map(sheet.columns.map((one) => [one.field, one]));
    const too = tick(t("paper_alike_too", { n: n(sorted.alike.length) }));
    const box = too.querySelector("input");
    const wanted = () => [...sorted.new, ...(box.checked ? sorted.alike : [])];
    const enter = h("button", { class: "button", type: "button", onclick: actionHandler(() => store(wanted(), places)) });
    const count = () => {
      enter.textContent = t("paper_enter", { n: n(wanted().length) });
      enter.hidden = !wanted().length;
    };
    box.addEventListener("change", count);
    count();
    show([heading(name), h("dl", { class: "figures" }, Object.entries(sorted).filter(([, rows]) => rows.length).map(([outcome, rows]) =>
      h("div", {}, h("dt", {}, t(`paper_${outcome}`)), h("dd", {}, n(rows.length))))),
      lines(t("paper_wrong"), sorted.wrong.flatMap((row) => mistakes(row, places))),
      lines(t("paper_alike"), sorted.alike.map(likeness)), sorted.alike.length ? too : null,
      sorted.new.length + sorted.alike.length ? enter : h("p", {}, t("paper_nothing"))]);
  }

  async function store(rows, places) {
    let [sheet, entered] = ["", 0];
    const wrong = [];
    try {
      await inBatches(rows, "paper_so_far", async (batch) => {
        const step = await call("POST", of(id, "/sheets"), { body: { rows: batch.map((row) => row.values), sheet } });
        sheet = step.sheet || sheet;
        entered += step.rows.filter((one) => one.outcome === "entered").length;
        wrong.push(...batch.flatMap((row, place) => mistakes({ ...row, errors: step.rows[place].errors }, places)));
      });
    } finally {
      await done();
    }
    file.value = "";
    if (!wrong.length) table.clear();
    const told = t("paper_entered", { n: n(entered) });
    show([h("h3", { tabindex: "-1" }, told), lines(t("paper_wrong"), wrong)]);
    say(told);
  }

  function show(content) {
    fill(found, content);
    found.querySelector("h3")?.focus();
  }

  return h("div", { class: "stack" }, codes.length > 1 ? field(t("paper_language"), signed) : null, field(t("paper_file"), file, { hint: t("paper_file_hint") }), table.element, found);
}

const heading = (name) => h("h3", { tabindex: "-1" }, name);

async function inBatches(rows, words, act) {
  for (let start = 0; start < rows.length; start += BATCH) {
    await act(rows.slice(start, start + BATCH));
    say(t(words, { n: n(Math.min(start + BATCH, rows.length)), total: n(rows.length) }));
  }
}

function inBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function mistakes(row, places) {
  return row.errors.map(({ field: name, message }) => {
    const place = places.get(name);
    return place ? t("paper_row_column", { row: row.row, letters: place.letters, title: place.title, why: message }) : t("paper_row", { row: row.row, why: message });
  });
}

function likeness({ row, values, alike_row: other }) {
  const name = [values.given_name, values.family_name].filter(Boolean).join(" ") || values.organization || "";
  return other ? t("paper_row_alike", { row, name, other }) : t("paper_row_there", { row, name });
}

function lines(title, texts) {
  if (!texts.length) return null;
  const more = texts.length - MOST_LINES;
  return h("div", {}, h("h4", {}, title), h("ul", { class: "lines" }, texts.slice(0, MOST_LINES).map((one) => h("li", {}, one)), more > 0 ? h("li", {}, t("paper_more", { n: n(more) })) : null));
}

async function listUndoable(id, place, refresh) {
  const { sheets } = await get(of(id, "/sheets"));
  fill(place, sheets.filter((one) => one.undo_until).map((one) => {
    const left = one.signatures - one.undone;
    return h("p", {}, t("paper_undo_about", { n: n(left), when: moment(one.begun_at), until: moment(one.undo_until) }), " ",
      h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => undo(one.id, left)) }, t("paper_undo", { n: n(left) })));
  }));

  async function undo(sheet, left) {
    if (!(await ask(t("paper_undo_ask", { n: n(left) }), t("paper_undo_text"), t("paper_undo", { n: n(left) }), { danger: true }))) return;
    let [undone, cursor] = [0, ""];
    do {
      const step = await call("POST", of(id, `/sheets/${sheet}/undo`), { body: { cursor } });
      undone += step.undone;
      ({ cursor } = step);
      say(t("paper_undone", { n: n(undone) }));
    } while (cursor);
    await Promise.all([refresh(), listUndoable(id, place, refresh)]);
    say(t("paper_undone", { n: n(undone) }));
  }
}

function oneByOne(id, document_, refresh) {
  const controls = controlsFor(document_);
  const consents = document_.sponsors.map((one) => [one.id, tick(one.name)]);
  const shown = tick(t("show_name"));
  const isTicked = (box) => box.querySelector("input").checked;
  const enter = actionHandler(async (event) => {
    const form = event.currentTarget || event.target;
    const typed = [...controls].map(([name, { read }]) => [name, read()]).filter(([, value]) => value);
    const body = { ...Object.fromEntries(typed), public: isTicked(shown), consents: consents.filter(([, box]) => isTicked(box)).map(([one]) => one) };
    const entered = await call("POST", of(id, "/signatures"), { body });
    form.reset();
    form.querySelector("input").focus();
    await refresh();
    const others = entered.differs.map((one) => controls.get(one)?.label || one).join(", ");
    say(!entered.is_new ? t("paper_known_one") : others ? t("paper_differs", { fields: others }) : t("paper_done"));
  });
  return h("details", {}, h("summary", {}, t("paper_one")),
    h("form", { class: "stack", onsubmit: enter }, [...controls.values()].map((one) => one.row), shown,
      consents.length ? h("fieldset", {}, h("legend", {}, t("fact_consents")), consents.map(([, box]) => box)) : null,
      h("button", { class: "button" }, t("enter"))));
}

// The same that a file may have: by field, what is shown, how it is called, and what was typed.
function controlsFor(document_) {
  const own = new Map(document_.fields.map((one) => [one.name, one]));
  const names = [...new Set([...choices.always_asked, "email", ...own.keys()])];
  const controls = new Map(names.map((name) => [name, controlFor(name, own.get(name), document_)]));
  const languages = Object.keys(document_.texts);
  const plain = (name, label, control, hint) => controls.set(name, { label, row: field(label, control, { hint }), read: () => control.value.trim() });
  plain("source", t("fact_source"), h("input", { maxlength: "40", autocomplete: "off", autocapitalize: "none" }));
  if (languages.length > 1) plain("language", t("fact_language"), select(languages.map((one) => [one, languageTitle(one)]), languages.includes(language) ? language : document_.default_language));
  plain("signed_on", t("signed_on"), h("input", { type: "date" }));
  plain("reference", t("reference"), h("input", { maxlength: "60", autocomplete: "off" }), t("reference_hint"));
  plain("again_because", t("paper_again"), h("input", { maxlength: "200", autocomplete: "off" }), t("paper_again_hint"));
  return controls;
}

function controlFor(name, asked, document_) {
  const label = labelOf(name, asked, document_);
  if (asked?.type === "checkbox") {
    const box = tick(label);
    return { label, row: box, read: () => (box.querySelector("input").checked ? "yes" : "") };
  }
  const control = asked?.type === "select" ? select([["", "–"], ...asked.options.map((one) => [one, one])], "", { id: unique(name) })
    : asked?.type === "textarea" || name === "comment" ? h("textarea", { rows: 3, id: unique(name) })
      : h("input", { id: unique(name), type: name === "email" ? "email" : "text", autocomplete: "off" });
  return { label, row: field(label, control), read: () => control.value.trim() };
}

function labelOf(name, asked, document_) {
  if (!name.startsWith("custom.")) return t(`field_${name}`);
  return asked.label[language] || asked.label[document_.default_language] || name.slice(7);
}
