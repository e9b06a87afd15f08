// Shows one page at a time, by the address, to whoever is signed in.
import { call, get, key } from "./api.js";
import { say } from "./dialog.js";
import { fill, h } from "./dom.js";
import { guard, guarded, mayLeave, onArrival } from "./leaving.js";
import { moved, PAGES } from "./pages.js";
import { t } from "./words.js";
import { forgetAll } from "../editor/kept.js";
import { arrivingToken, signIn } from "../views/signin.js";

const main = document.getElementById("main");
const nav = document.getElementById("nav");
let me = null;
let turn = 0;
let kept = null; // what was typed while the key ended: { hash, isUnsaved, elements }

document.addEventListener("signed-out", (event) => {
  const isUnsaved = guarded();
  if (isUnsaved()) kept = { hash: location.hash, isUnsaved, elements: [...main.children] };
  ask(event.detail);
});
onArrival(() => show());
for (const link of document.querySelectorAll("[data-language]"))
  link.addEventListener("click", () => link.setAttribute("href", link.getAttribute("href").split("#")[0] + location.hash));

function ask(note = "", token = "") {
  me = null;
  fill(nav);
  const refused = (why) => {
    key.forget();
    ask(why);
  };
  signIn(main, note, async () => {
    try {
      me = await get("/me");
    } catch (error) {
      say("");
      return refused(error.status === 401 ? t("key_wrong") : error.message);
    }
    say("");
    return show();
  }, token);
  document.title = `${t("sign_in")} · Undersigned`;
}

// On a phone the links are behind one button, so that they take one line.
function links() {
  const first = `#/${location.hash.split("/")[1] || ""}`;
  const here = first === "#/campaigns" || first === "#/new" ? "#/" : first;
  const list = h("ul", { id: "nav-links" },
    PAGES.filter((page) => page.words && (!page.may || page.may(me))).map((page) =>
      h("li", {}, h("a", { href: `#/${page.at}`, "aria-current": here === `#/${page.at}` ? (location.hash === here || !location.hash ? "page" : "true") : null }, t(page.words)))),
    h("li", {}, h("button", { class: "link", type: "button", onclick: signOut }, t("sign_out"))));
  const menu = h("button", { class: "button quiet menu", type: "button", "aria-expanded": "false", "aria-controls": "nav-links", onclick: () => {
    const isOpen = nav.classList.toggle("unfolded");
    menu.setAttribute("aria-expanded", String(isOpen));
  } }, t("menu"));
  nav.classList.remove("unfolded");
  fill(nav, menu, list);
}

async function signOut() {
  if (!(await mayLeave())) return;
  if (me?.how === "session") await call("DELETE", "/sessions/current").catch(() => {}); // it ends by itself in some hours
  left();
}

function left() {
  key.forget();
  forgetAll();
  say(t("signed_out"));
  ask();
}

function view() {
  const [, at = "", ...path] = location.hash.split("/").map(decodeURIComponent);
  const page = PAGES.find((one) => one.at === at) ?? PAGES[0];
  return page.show({ me, path, again: show, leave: left });
}

async function show() {
  const token = arrivingToken();
  if (token || !key.get()) return ask("", token);
  if (moved(location.hash) !== location.hash) history.replaceState(history.state, "", moved(location.hash));
  turn += 1;
  const mine = turn;
  const isElsewhere = main.dataset.at !== location.hash;
  const unfinished = kept?.hash === location.hash ? kept : null;
  kept = null;
  main.setAttribute("aria-busy", "true");
  const waiting = setTimeout(() => mine === turn && fill(main, h("p", { class: "empty" }, t("loading"))), 400);
  try {
    me ??= await get("/me");
    if (isElsewhere) say("");
    const shown = unfinished?.elements ?? (await view());
    if (mine !== turn) return;
    links();
    fill(main, shown);
    guard(unfinished?.isUnsaved ?? shown.isUnsaved);
    main.dataset.at = location.hash;
    const heading = main.querySelector("h1");
    document.title = `${heading?.textContent || t("campaigns")} · Undersigned`;
    if (isElsewhere) heading?.focus({ preventScroll: true });
    if (isElsewhere) scrollTo(0, 0);
  } catch (error) {
    if (mine !== turn || !key.get()) return;
    fill(main, h("h1", { tabindex: "-1" }, t("went_wrong")), h("p", {}, error.message), h("p", {}, h("button", { class: "button", type: "button", onclick: () => show() }, t("try_again")), " ", h("a", { href: "#/" }, t("campaigns"))));
  } finally {
    clearTimeout(waiting);
    main.removeAttribute("aria-busy");
  }
}

show();
