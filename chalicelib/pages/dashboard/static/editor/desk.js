// The document that is being edited, and controls bound to a path in it (`texts.es.title`), each with what is wrong there.
import { field, h, select, tick } from "../shell/dom.js";
import { t } from "../shell/words.js";

const number = (value) => (value.trim() === "" ? null : Number(value));

function local(iso) {
  if (!iso) return "";
  const date = new Date(iso);
  return new Date(date - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
}

// `desk.paint(selector)` draws all parts again, and puts the focus there; `desk.marks()` only the marks of languages with mistakes. The
// editor sets them.
export function deskFor(draft) {
  const desk = { draft, wrong: new Map(), language: draft.default_language, paint: () => {}, marks: () => {} };

  desk.at = (path) => path.split(".").reduce((value, step) => value?.[step], desk.draft);
  desk.put = (path, value) => {
    const steps = path.split(".");
    const last = steps.pop();
    steps.reduce((at, step) => (at[step] ??= {}), desk.draft)[last] = value;
  };
  // What is wrong at a path; for a control that holds a list also what is wrong with its lines.
  desk.error = (path) => [...desk.wrong].filter(([place]) => place === path || (Array.isArray(desk.at(path)) && place.startsWith(`${path}.`)))
    .map(([place, message]) => (place === path ? message : `${desk.at(place)}: ${message}`)).join(" ");
  // What is wrong there is known until somebody changes it.
  desk.marked = (path, box) => {
    box.dataset.of = path;
    if (desk.error(path)) box.addEventListener("input", () => {
      for (const place of [...desk.wrong.keys()]) if (place === path || place.startsWith(`${path}.`)) desk.wrong.delete(place);
      desk.marks();
    }, { once: true });
    return box;
  };

  desk.text = (path, label, { kind = "input", hint = "", type = "text", read = (value) => value, show = (value) => value ?? "", ...more } = {}) => {
    const control = h(kind, { ...(kind === "input" ? { type } : { rows: path.endsWith(".body") ? "5" : "2" }), autocomplete: "off", ...more, value: show(desk.at(path)) });
    control.addEventListener("input", () => desk.put(path, read(control.value)));
    return desk.marked(path, field(label, control, { hint, error: desk.error(path) }));
  };
  desk.number = (path, label, { empty = null, ...more } = {}) => desk.text(path, label, { type: "number", min: "1", read: (value) => number(value) ?? empty, ...more });
  desk.when = (path, label) => desk.text(path, label, { type: "datetime-local", show: local, read: (value) => (value ? new Date(value).toISOString() : null), hint: t("your_time") });
  desk.lines = (path, label, hint) => desk.text(path, label, { kind: "textarea", hint, show: (value) => (value || []).join("\n"), read: (value) => value.split(/\s+/).filter(Boolean) });
  desk.choice = (path, label, options, { hint = "" } = {}) => {
    const control = select(options, desk.at(path));
    control.addEventListener("change", () => desk.put(path, control.value));
    return desk.marked(path, field(label, control, { hint, error: desk.error(path) }));
  };
  desk.yes = (path, label, { hint = "" } = {}) => desk.marked(path, tick(label, { hint, error: desk.error(path), checked: Boolean(desk.at(path)), onchange: (event) => desk.put(path, event.currentTarget.checked) }));
  return desk;
}

// A short name from what something is called: `José's library` is `jose_s_library`.
export function slug(words, { separator = "_", most = 30, digits = false } = {}) {
  const plain = words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, separator);
  return plain.replace(new RegExp(`^[${separator}${digits ? "" : "0-9"}]+`), "").slice(0, most).replace(new RegExp(`${separator}+$`), "");
}

// Fills `control` from another one's words until somebody types into it.
export function follow(control, filled) {
  let isOwn = false;
  control.addEventListener("input", (event) => { isOwn = event.isTrusted; });
  return (words) => {
    if (isOwn) return;
    control.value = slug(words, filled);
    control.dispatchEvent(new Event("input", { bubbles: true }));
  };
}
