// When a campaign is open, how it looks, and the rules it goes by.
import { field, fill, h, select, tick } from "../shell/dom.js";
import { shade } from "../shell/colours.js";
import { zoneNames } from "../shell/pickers.js";
import { choices, day, hasOwnHost, n, t } from "../shell/words.js";

const OUR_OWN = "#0f5a66";

export const basics = {
  name: "basics",
  digest: ({ draft }) => [draft.goal && `${t("goal")} ${n(draft.goal)}`, draft.closes_at && `${t("closes_at")} ${day(draft.closes_at)}`].filter(Boolean).join(", "),
  draw: (desk) => {
    const [zones, list] = zoneNames();
    return [h("div", { class: "pair" },
      desk.choice("kind", t("kind"), choices.kinds.map((one) => [one, t(`kind_${one}`)])), desk.number("goal", t("goal")),
      desk.when("opens_at", t("opens_at")), desk.when("closes_at", t("closes_at")),
      desk.text("time_zone", t("time_zone"), { hint: t("time_zone_hint"), list: zones, spellcheck: "false" }), list,
      desk.number("external_count", t("external_count"), { min: "0", empty: 0 })),
    desk.choice("confirmation", t("confirmation"), choices.confirmations.map((one) => [one, t(`confirmation_${one}`)]), { hint: t("confirmation_hint") })];
  },
};

// What of a campaign is public.
export const shows = {
  name: "shows",
  digest: ({ draft }) => [draft.show_count && t("shows_count"), draft.show_signers && t("shows_names"), draft.show_comments && t("shows_comments")].filter(Boolean).join(", "),
  draw: (desk) => [desk.yes("show_count", t("show_count")), desk.yes("show_signers", t("show_signers")), desk.yes("show_comments", t("show_comments"), { hint: t("show_comments_hint") }), desk.yes("show_breakdown", t("show_breakdown"), { hint: t("show_breakdown_hint") }), desk.choice("hands_over", t("hands_over"), choices.hands_over.map((one) => [one, t(`hands_over_${one}`)]), { hint: t("hands_over_hint") }), desk.yes("listed", t("listed"))],
};

// A well, and in words whether the colour can be read; without one, our own is used.
export function colour(desk) {
  const well = h("input", { type: "color", value: desk.at("accent") || OUR_OWN, class: "well-of-colour" });
  const result = h("p", { class: "hint", "aria-live": "polite" });
  const none = h("button", { class: "link", type: "button", onclick: () => {
    desk.put("accent", "");
    tell();
    well.focus();
  } }, t("accent_none"));
  const tell = () => {
    const accent = desk.at("accent");
    none.hidden = !accent;
    well.value = accent || OUR_OWN;
    if (!accent) return fill(result, t("accent_ours"));
    const [light, dark] = ["light", "dark"].map((theme) => shade(accent, theme));
    const said = [light === accent ? null : t("accent_too_light", { shade: light }), dark === accent ? null : t("accent_too_dark", { shade: dark })].filter(Boolean);
    fill(result, said.length ? said.join(" ") : t("accent_good"), [light, dark].map(swatch));
  };
  well.addEventListener("input", () => {
    desk.put("accent", well.value);
    tell();
  });
  tell();
  return desk.marked("accent", h("div", {}, field(t("accent"), well, { error: desk.error("accent") }), result, none));
}

function swatch(colour_) {
  const one = h("span", { class: "swatch" });
  one.style.backgroundColor = colour_;
  return one;
}

export const rules = {
  name: "rules",
  digest: ({ draft }) => draft.allowed_origins.join(", "),
  draw: (desk) => [desk.yes("ask_updates", t("ask_updates")), desk.yes("confirm_automatically", t("confirm_automatically")), desk.yes("reminders", t("reminders")),
    desk.number("retention_days", t("retention_days"), { hint: t("retention_hint") }), origins(desk)],
};

// The same site with www. or without, where there may be one.
function twin(site) {
  const [, scheme, host] = /^(https?:\/\/)?([^/*?#]+)\/?$/i.exec(site) || [];
  if (!host?.includes(".") || /^[\d.:]+$|\[/.test(host)) return "";
  const other = host.startsWith("www.") ? host.slice(4) : `www.${host}`;
  const labels = host.split(".");
  const isSite = host.startsWith("www.") || labels.length === 2 || (labels.length === 3 && labels[1].length < 4); // example.org.pe
  return isSite ? (scheme || "https://") + other : "";
}

// Visitors come with www. and without: whoever allows one site is offered the other.
function origins(desk) {
  const path = "allowed_origins";
  const box = desk.lines(path, t("allowed_origins"), t("origins_hint"));
  const control = box.querySelector("textarea");
  const offers = h("div", { class: "stack", "aria-live": "polite" });
  const offer = () => {
    const sites = new Set(desk.at(path) || []);
    const missing = [...sites].map(twin).filter((site) => site && !sites.has(site));
    fill(offers, ...missing.map((site) => h("button", { class: "link", type: "button", onclick: () => {
      desk.put(path, [...(desk.at(path) || []), site]);
      control.value = desk.at(path).join("\n");
      offer();
      control.focus();
    } }, t("also_allow", { site }))));
  };
  control.addEventListener("change", offer);
  offer();
  box.append(offers);
  return box;
}

export const floods = {
  name: "floods",
  digest: ({ draft }) => (draft.captcha ? choices.captchas[draft.captcha.provider] : ""),
  draw: (desk) => [captcha(desk), h("h3", {}, t("limits")), h("p", { class: "hint" }, t("limits_hint")),
    h("div", { class: "pair" }, choices.limits.map((cap) => desk.number(`limits.${cap}`, t(`limit_${cap}`), { empty: undefined }))),
    choices.holdable_flags.map((flag) => tick(t(`limit_hold_${flag}`), { checked: (desk.at("limits.hold") || []).includes(flag), onchange: (event) => {
      desk.put("limits.hold", [...(desk.at("limits.hold") || []).filter((one) => one !== flag), ...(event.currentTarget.checked ? [flag] : [])]);
    } }))],
};

function captcha(desk) {
  const { draft } = desk;
  const key = desk.text("captcha.site_key", t("site_key"), { autocapitalize: "none", spellcheck: "false", hint: t("site_key_hint", { command: 'make admin-command DO="captcha set …"' }), read: (value) => value.trim() });
  const asks = () => Boolean(draft.captcha?.provider);
  const locked = hasOwnHost ? null : h("p", { class: "note" }, t("captcha_sandboxed", { setting: "DashboardUrl" }));
  const control = select([["", t("captcha_none")], ...Object.entries(choices.captchas)], desk.at("captcha.provider") || "");
  const hide = () => { for (const one of [key, locked]) if (one) one.hidden = !asks(); };
  control.addEventListener("change", () => {
    draft.captcha = control.value ? { provider: control.value, site_key: key.querySelector("input").value.trim() } : null;
    hide();
  });
  hide();
  return [desk.marked("captcha", field(t("captcha"), control, { hint: t("captcha_hint"), error: desk.error("captcha.provider") || desk.error("captcha") })), locked, key];
}
