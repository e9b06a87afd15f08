// Signs in: by the link or the code of an email, or with a key. What is entered stays in this tab, or in the browser if the person wants that.
import { call, key } from "../shell/api.js";
import { actionHandler } from "../shell/dialog.js";
import { field, fill, h, tick } from "../shell/dom.js";
import { t } from "../shell/words.js";

const LINK = /^#sign-in=([A-Za-z0-9_-]+)$/;

// The token of the link that led here, or nothing; it is taken out of the address and the history.
export function arrivingToken() {
  const token = location.hash.match(LINK)?.[1] || "";
  if (token) history.replaceState(history.state, "", `${location.pathname}${location.search}#/`);
  return token;
}

// Fills `main`; `entered` is called once a key or session is kept.
export function signIn(main, note, entered, token = "") {
  if (token) return byLink(main, entered, token);
  const address = h("input", { type: "email", required: true, autocomplete: "username", maxlength: "254" });
  const send = actionHandler(async () => {
    await call("POST", "/sign-in", { body: { email: address.value.trim() } });
    byCode(main, entered, address.value.trim());
  });
  const secret = h("input", { type: "password", required: true, autocomplete: "off", spellcheck: "false" });
  const enter = actionHandler(async () => {
    key.keep(secret.value.trim());
    await entered();
  });
  fill(main, h("div", { class: "signin" }, h("h1", { tabindex: "-1" }, t("sign_in")), h("p", {}, t("sign_in_text")),
    h("form", { class: "stack", onsubmit: send }, field(t("your_email"), address), h("button", { class: "button" }, t("send_link"))),
    h("section", { "aria-labelledby": "h-key" }, h("h2", { id: "h-key" }, t("with_key")),
      h("form", { class: "stack", onsubmit: enter }, field(t("key"), secret, { error: note, hint: t("key_hint") }), h("button", { class: "button quiet" }, t("enter_with_key"))))));
  if (note) secret.focus();
}

// Waits for a press, which no program that looks into emails makes; and nobody is signed in as somebody else unawares.
function byLink(main, entered, token) {
  const stays = tick(t("stay_signed_in"));
  const enter = actionHandler(async () => {
    try {
      await begin({ token }, stays, entered);
    } catch (error) {
      if (error.status !== 404) throw error;
      signIn(main, "", entered);
      main.querySelector("h1").after(h("p", { class: "note", role: "alert" }, t("link_over")));
    }
  });
  const button = h("button", { class: "button" }, t("sign_in"));
  fill(main, h("div", { class: "signin" }, h("h1", { tabindex: "-1" }, t("sign_in")), h("p", {}, t("link_text")),
    h("form", { class: "stack", onsubmit: enter }, h("div", {}, stays, h("p", { class: "hint" }, t("stay_hint"))), button)));
  button.focus();
}

function byCode(main, entered, email) {
  const code = h("input", { required: true, autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false", maxlength: "20", size: "12", class: "one-time" });
  const stays = tick(t("stay_signed_in"));
  const place = h("div", {});
  const ask = (error = "") => fill(place, field(t("code"), code, { hint: t("code_hint"), error }));
  const enter = actionHandler(async () => {
    try {
      await begin({ email, code: code.value }, stays, entered);
    } catch (error) {
      if (error.status !== 404) throw error;
      ask(t("code_wrong"));
      code.focus();
      code.select();
    }
  });
  const again = actionHandler(async () => {
    await call("POST", "/sign-in", { body: { email } });
    byCode(main, entered, email);
  });
  ask();
  const heading = h("h1", { tabindex: "-1" }, t("look_into_mail"));
  fill(main, h("div", { class: "signin" }, heading, h("p", {}, t("look_text", { email })),
    h("form", { class: "stack", onsubmit: enter }, place, h("div", {}, stays, h("p", { class: "hint" }, t("stay_hint"))), h("button", { class: "button" }, t("sign_in"))),
    h("p", {}, t("nothing_came"), " ", h("button", { class: "link", type: "button", onclick: again }, t("send_again")), " · ",
      h("button", { class: "link", type: "button", onclick: () => signIn(main, "", entered) }, t("other_address")))));
  code.focus();
}

async function begin(body, stays, entered) {
  const { secret } = await call("POST", "/sessions", { body });
  key.keep(secret, { stays: stays.querySelector("input").checked });
  await entered();
}
