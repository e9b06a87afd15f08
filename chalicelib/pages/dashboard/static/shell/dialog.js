// Asks before anything that cannot be undone, and announces results to screen readers.
import { fill, h } from "./dom.js";
import { t } from "./words.js";

// Whoever presses Enter without reading does nothing that cannot be undone.
export function ask(title, text, button, { danger = false, otherwise = t("cancel") } = {}) {
  return new Promise((resolve) => {
    const heading = h("h2", { id: "ask" }, title);
    const dialog = h("dialog", { "aria-labelledby": "ask" }, heading,
      [text].flat().map((line) => h("p", {}, line)),
      h("div", { class: "row" },
        h("button", { class: danger ? "button danger" : "button", type: "button", onclick: () => dialog.close("yes") }, button),
        h("button", { class: "button quiet", type: "button", autofocus: danger, onclick: () => dialog.close("") }, otherwise)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const STAYS = 8000; // ms; twice as long with something to press in it
let going = 0;
let before = null; // where the focus was before it went into the message

// Says what was done; it goes by itself unless somebody points at it or is in it. What went wrong stays until it is dismissed.
// `undo` takes it back.
export function say(text, { wrong = false, undo = null } = {}) {
  const toast = document.getElementById("toast");
  document.getElementById("said").textContent = text;
  toast.className = wrong ? "toast failed" : "toast";
  fill(document.getElementById("toast-acts"),
    undo ? h("button", { type: "button", onclick: actionHandler(undo) }, t("undo")) : null,
    text ? h("button", { class: "dismiss", type: "button", "aria-label": t("dismiss"), onclick: dismiss }, "×") : null);
  const stay = () => clearTimeout(going);
  const goSoon = () => {
    stay();
    if (!wrong && text && !toast.matches(":hover, :focus-within")) going = setTimeout(dismiss, undo ? 2 * STAYS : STAYS);
  };
  toast.onmouseenter = stay;
  toast.onmouseleave = goSoon;
  toast.onfocusin = (event) => {
    stay();
    if (!toast.contains(event.relatedTarget)) before = event.relatedTarget;
  };
  toast.onfocusout = () => setTimeout(goSoon);
  goSoon();
}

function dismiss() {
  const hadFocus = document.getElementById("toast").contains(document.activeElement);
  say("");
  if (hadFocus) (before?.isConnected ? before : document.getElementById("main")).focus();
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) dismiss();
});

// An event handler that runs an action with its button disabled, and shows any error.
export function actionHandler(act) {
  return async (event) => {
    event?.preventDefault?.();
    const button = event?.submitter || (event?.currentTarget instanceof HTMLButtonElement ? event.currentTarget : null);
    if (button) button.disabled = true;
    try {
      await act(event);
    } catch (error) {
      say([error.message, ...(error.errors || []).map((one) => `${one.field}: ${one.message}`)].join(" "), { wrong: true });
    } finally {
      if (button) button.disabled = false;
      if (document.activeElement === document.body) button?.focus(); // a button that is disabled loses the focus
    }
  };
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    document.execCommand("copy"); // what is selected
  }
  say(t("copied"));
}

export function copyable(text, label) {
  const area = h("textarea", { readonly: true, rows: Math.min(12, text.split("\n").length + 1), class: "code", "aria-label": label, spellcheck: "false" });
  area.value = text;
  const button = h("button", { class: "button quiet", type: "button", onclick: () => {
    area.select();
    return copy(text);
  } }, t("copy"));
  return h("div", { class: "copy" }, area, button);
}
