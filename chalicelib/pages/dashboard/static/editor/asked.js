// What the form asks, in its order: moved by dragging or by its buttons, with questions of one's own.
import { say } from "../shell/dialog.js";
import { field, h, select, tick } from "../shell/dom.js";
import { choices, language, languageName, n, t } from "../shell/words.js";
import { follow } from "./desk.js";

const isOwn = (one) => one.name.startsWith("custom.");
const isFixed = (one) => choices.always_asked.includes(one.name);

export const asked = {
  name: "asks",
  digest: ({ draft }) => draft.fields.filter((one) => !isFixed(one)).map((one) => nameOf(one, draft)).join(", "),
  draw: (desk) => {
    const { draft } = desk;
    const movable = draft.fields.filter((one) => !isFixed(one));
    const left = choices.person_fields.filter((name) => !choices.always_asked.includes(name) && !draft.fields.some((one) => one.name === name));
    const more = select(left.map((name) => [name, t(`field_${name}`)]), left[0]);
    return [
      h("p", { class: "hint" }, t("asks_hint")),
      h("ul", { class: "asked" }, choices.always_asked.map((name) => always(draft, name)), h("li", {}, h("span", { class: "label" }, t("field_email")), h("span", { class: "hint" }, t("always_required")))),
      h("ol", { class: "asked" }, movable.map((one, place) => row(desk, movable, one, place))),
      left.length ? h("div", { class: "row" }, field(t("ask_more"), more), h("button", { class: "button quiet", type: "button", onclick: () => {
        draft.fields.push({ name: more.value, required: false });
        desk.paint(`[data-ask="${more.value}"] input`);
      } }, t("add"))) : null,
      h("button", { class: "button quiet", type: "button", onclick: () => {
        draft.fields.push({ name: "custom.", type: "text", label: {}, required: false, isNew: true });
        desk.paint(`[data-ask="custom."] .entry input`);
      } }, t("add_own")),
    ];
  },
};

function nameOf(one, draft) {
  return isOwn(one) ? one.label?.[language] || one.label?.[draft.default_language] || t("question_new") : t(`field_${one.name}`);
}

// Names are asked first, whatever else is; only whether they must be given is a choice.
function always(draft, name) {
  const mine = draft.fields.find((one) => one.name === name);
  const label = t(`field_${name}`);
  return h("li", {}, h("span", { class: "label" }, label), tick(t("required"), { checked: Boolean(mine?.required), "aria-label": `${label}: ${t("required")}`, onchange: (event) => {
    const found = draft.fields.find((one) => one.name === name);
    if (found) found.required = event.currentTarget.checked;
    else draft.fields.unshift({ name, required: event.currentTarget.checked });
  } }));
}

function row(desk, movable, one, place) {
  const { draft } = desk;
  const label = nameOf(one, draft);
  const move = (to) => {
    const others = movable.filter((entry) => entry !== one);
    others.splice(to, 0, one);
    draft.fields = [...draft.fields.filter(isFixed), ...others];
    say(t("moved", { name: label, n: n(to + 1), total: n(movable.length) }));
  };
  const button = (direction, step, words) => h("button", { class: "button quiet small", type: "button", "data-move": direction, "aria-label": words, title: words, disabled: !movable[place + step], onclick: () => {
    move(place + step);
    const other = direction === "up" ? "down" : "up";
    const atEnd = !movable[place + 2 * step];
    desk.paint(`[data-ask="${one.name}"] [data-move="${atEnd ? other : direction}"]`);
  } }, direction === "up" ? "↑" : "↓");
  const line = h("li", { "data-ask": one.name },
    h("span", { class: "handle", draggable: "true", "aria-hidden": "true", title: t("drag"), ondragstart: (event) => {
      event.dataTransfer.setData("text/plain", String(place));
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage?.(line, 0, 0);
    } }, "⠿"),
    h("span", { class: "label" }, label),
    tick(t("required"), { checked: Boolean(one.required), "aria-label": `${label}: ${t("required")}`, onchange: (event) => { one.required = event.currentTarget.checked; } }),
    h("span", { class: "moves" }, button("up", -1, t("move_up", { name: label })), button("down", 1, t("move_down", { name: label })),
      h("button", { class: "link", type: "button", "aria-label": t("remove_named", { name: label }), onclick: () => {
        draft.fields = draft.fields.filter((entry) => entry !== one);
        desk.paint("[data-part=asks] summary");
      } }, t("remove_short"))),
    isOwn(one) ? question(desk, one) : null);
  line.addEventListener("dragover", (event) => event.preventDefault());
  line.addEventListener("drop", (event) => {
    event.preventDefault();
    const from = Number(event.dataTransfer.getData("text/plain"));
    const dragged = movable[from];
    if (!dragged || from === place) return;
    const others = movable.filter((entry) => entry !== dragged);
    others.splice(place, 0, dragged);
    draft.fields = [...draft.fields.filter(isFixed), ...others];
    desk.paint(`[data-ask="${dragged.name}"] input`);
    say(t("moved", { name: nameOf(dragged, draft), n: n(place + 1), total: n(movable.length) }));
  });
  return line;
}

// A question of one's own: its words, its kind, and a short name that is made from them and stays once it was saved.
function question(desk, one) {
  const place = desk.draft.fields.indexOf(one);
  const path = `fields.${place}`;
  const short = h("input", { value: one.name.slice(7), autocapitalize: "none", spellcheck: "false", disabled: !one.isNew, oninput: (event) => { one.name = `custom.${event.currentTarget.value}`; } });
  const named = follow(short, {});
  const main = desk.draft.default_language;
  const words = (code) => desk.marked(`${path}.label.${code}`, field(t("own_label", { name: languageName(code) }), h("input", { value: one.label?.[code] || "", lang: code, oninput: (event) => {
    one.label ??= {};
    one.label[code] = event.currentTarget.value;
    if (one.isNew && code === main) named(event.currentTarget.value);
  } }), { error: desk.error(`${path}.label.${code}`) }));
  const isWrong = [...desk.wrong.keys()].some((key) => key.startsWith(`${path}.`));
  return h("details", { class: "entry", open: Boolean(one.isNew || isWrong) }, h("summary", {}, t("question_edit")), h("div", { class: "pair" },
    [main, ...Object.keys(desk.draft.texts).filter((code) => code !== main)].map(words),
    field(t("own_type"), select(choices.field_types.map((kind) => [kind, t(`type_${kind}`)]), one.type || "text", { onchange: (event) => {
      one.type = event.currentTarget.value;
      one.options = one.type === "select" ? one.options || [] : [];
      desk.paint(`[data-ask="${one.name}"] select`);
    } })),
    desk.marked(`${path}.name`, field(t("own_name"), short, { hint: t(one.isNew ? "own_name_hint" : "own_name_kept"), error: desk.error(`${path}.name`) })),
    one.type === "select" ? desk.marked(`${path}.options`, field(t("options"), h("textarea", { rows: "4", value: (one.options || []).join("\n"), oninput: (event) => {
      one.options = event.currentTarget.value.split("\n").map((entry) => entry.trim()).filter(Boolean);
    } }), { error: desk.error(`${path}.options`) })) : null));
}
