// Builds elements; text is always inserted as text, so nothing that a stranger typed can become markup.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (name === "checked" || name === "selected" || name === "disabled") element[name] = value;
    else if (name === "width%") element.style.setProperty("inline-size", `${value}%`);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

// Replaces what is in an element; lists are taken apart, and what is not there is left out.
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

const present = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

let fresh = 0;
export function unique(name) {
  fresh += 1;
  return `${name}-${fresh}`;
}

export function field(label, control, { hint = "", error = "" } = {}) {
  const id = control.id || unique("field");
  control.id = id;
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean);
  if (about.length) control.setAttribute("aria-describedby", about.join(" "));
  if (error) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  return untilChanged(h("div", { class: "field" },
    h("label", { for: id }, label),
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
    error && h("p", { class: "wrong", id: `${id}-error` }, error),
    control), control);
}

// What is wrong with a control is said until somebody changes it.
function untilChanged(box, control) {
  const error = box.querySelector(".wrong");
  if (error) control.addEventListener("input", () => {
    error.remove();
    control.removeAttribute("aria-invalid");
    const about = control.getAttribute("aria-describedby").split(" ").filter((id) => id !== error.id);
    if (about.length) control.setAttribute("aria-describedby", about.join(" "));
    else control.removeAttribute("aria-describedby");
  }, { once: true });
  return box;
}

export function select(options, chosen, attributes = {}) {
  return h("select", attributes, options.map(([value, label]) =>
    h("option", { value, selected: value === chosen }, label)));
}

export function tick(label, { hint = "", error = "", ...attributes } = {}) {
  const id = unique("tick");
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || null;
  const box = h("div", { class: "tick" }, h("input", { type: "checkbox", id, "aria-describedby": about, "aria-invalid": error ? "true" : null, ...attributes }), h("label", { for: id }, label));
  if (!about) return box;
  return untilChanged(h("div", {}, box, hint && h("p", { class: "hint", id: `${id}-hint` }, hint), error && h("p", { class: "wrong", id: `${id}-error` }, error)), box.querySelector("input"));
}

export function table(caption, heads, rows, { unseen = false } = {}) {
  const body = rows.map((row) => h("tr", {}, row.map((cell, place) =>
    h(place ? "td" : "th", place ? { class: typeof cell === "string" && /^[\d.,\s\u00a0\u202f]+$/.test(cell) ? "number" : null } : { scope: "row" }, cell))));
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    h("table", {},
      h("caption", { class: unseen ? "unseen" : null }, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td"))))),
      h("tbody", {}, body)));
}
