// Signs in with a key that stays in this tab; shows one view at a time.
import { get, key } from "./api.js";
import { campaign } from "../views/campaign.js";
import { actionHandler, say } from "./dialog.js";
import { field, fill, h } from "./dom.js";
import { editor } from "../views/editor.js";
import { audit, keys, people } from "../views/keys.js";
import { list } from "../views/list.js";
import { guard, guarded, mayLeave, onArrival } from "./leaving.js";
import { language, t } from "./words.js";

const main = document.getElementById("main");
const nav = document.getElementById("nav");
let me = null;
let turn = 0;
let kept = null; // what was typed while the key ended: { hash, isUnsaved, elements }

document.addEventListener("signed-out", (event) => {
  me = null;
  const isUnsaved = guarded();
  if (isUnsaved()) kept = { hash: location.hash, isUnsaved, elements: [...main.children] };
  signIn(event.detail);
});
onArrival(() => show());
for (const link of document.querySelectorAll("[data-language]"))
  link.addEventListener("click", () => link.setAttribute("href", link.getAttribute("href").split("#")[0] + location.hash));

function signIn(note = "") {
  fill(nav);
  const secret = h("input", { type: "password", required: true, autocomplete: "off", spellcheck: "false" });
  const enter = actionHandler(async () => {
    key.keep(secret.value.trim());
    try {
      me = await get("/me");
    } catch (error) {
      key.forget();
      say("");
      signIn(error.status === 401 ? t("key_wrong") : error.message);
      return;
    }
    say("");
    await show();
  });
  fill(main, h("div", { class: "signin" }, h("h1", { tabindex: "-1" }, t("sign_in")), h("p", {}, t("sign_in_text")),
    h("form", { class: "stack", onsubmit: enter }, field(t("key"), secret, { error: note, hint: t("key_hint") }), h("button", { class: "button" }, t("sign_in")))));
  if (note) secret.focus();
}

function links() {
  const views = [["#/", t("campaigns")]];
  if (me.role === "admin") views.push(["#/keys", t("keys")], ["#/people", t("people")], ["#/audit", t("audit")]);
  const here = location.hash || "#/";
  fill(nav, h("ul", {}, views.map(([href, words]) => h("li", {}, h("a", { href, "aria-current": here === href ? "page" : null }, words))),
    h("li", {}, h("button", { class: "link", type: "button", onclick: async () => {
      if (!(await mayLeave())) return;
      key.forget();
      me = null;
      say(t("signed_out"));
      signIn();
    } }, t("sign_out")))));
}

async function view() {
  const [, kind, id, more] = (location.hash || "#/").split("/").map(decodeURIComponent);
  if (kind === "c" && id && more === "edit") return editor(id, me);
  if (kind === "c" && id) return campaign(id, me, language, show);
  if (kind === "new") return editor(null, me);
  if (kind === "keys") return keys(me);
  if (kind === "audit") return audit();
  if (kind === "people") return people();
  return list(me, language, show);
}

async function show() {
  if (!key.get()) return signIn();
  turn += 1;
  const mine = turn;
  const moved = main.dataset.at !== location.hash;
  const unfinished = kept?.hash === location.hash ? kept : null;
  kept = null;
  main.setAttribute("aria-busy", "true");
  const waiting = setTimeout(() => mine === turn && fill(main, h("p", { class: "empty" }, t("loading"))), 400);
  try {
    me ??= await get("/me");
    if (moved) say("");
    const shown = unfinished?.elements ?? (await view());
    if (mine !== turn) return;
    links();
    fill(main, shown);
    guard(unfinished?.isUnsaved ?? shown.isUnsaved);
    main.dataset.at = location.hash;
    if (moved) main.querySelector("h1")?.focus({ preventScroll: true });
    if (moved) scrollTo(0, 0);
  } catch (error) {
    if (mine !== turn || !key.get()) return;
    fill(main, h("h1", { tabindex: "-1" }, t("went_wrong")), h("p", {}, error.message), h("p", {}, h("button", { class: "button", type: "button", onclick: () => show() }, t("try_again")), " ", h("a", { href: "#/" }, t("campaigns"))));
  } finally {
    clearTimeout(waiting);
    main.removeAttribute("aria-busy");
  }
}

show();
