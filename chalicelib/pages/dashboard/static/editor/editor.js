// Edits a campaign, with its languages side by side and a preview of its page; nothing typed is lost.
import { Refused, call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h, select, tick, unique } from "../shell/dom.js";
import { choices, hasOwnHost, language, n, t, languageName } from "../shell/words.js";

const ONE_LINE = new Set(["title", "call_to_action"]);
const LANGUAGE = new RegExp(`^${choices.language}$`);
const CAMPAIGN_ID = new RegExp(`^${choices.campaign_id}$`);
const PREVIEW_AFTER = 900; // ms after the last key
const noText = () => Object.fromEntries(choices.texts.map((part) => [part, ""]));
const fresh = () => ({
  kind: "petition", state: "draft", default_language: language, texts: { [language]: noText() },
  targets: [], sponsors: [], sender: { name: "", email: "", reply_to: "" }, goal: null, opens_at: null, closes_at: null, confirmation: "double",
  fields: [{ name: "given_name", required: true }, { name: "family_name" }, { name: "country" }], allowed_origins: [], redirect_url: {}, show_count: true, show_signers: false,
  external_count: 0, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", reminders: true, retention_days: null,
});

// The same site with www. or without, where there may be one.
function twin(site) {
  const [, scheme, host] = /^(https?:\/\/)?([^/*?#]+)\/?$/i.exec(site) || [];
  if (!host?.includes(".") || /^[\d.:]+$|\[/.test(host)) return "";
  const other = host.startsWith("www.") ? host.slice(4) : `www.${host}`;
  const labels = host.split(".");
  const isSite = host.startsWith("www.") || labels.length === 2 || (labels.length === 3 && labels[1].length < 4); // example.org.pe
  return isSite ? (scheme || "https://") + other : "";
}

export async function editor(id) {
  const stored = id ? await get(of(id)) : null;
  const draft = stored ? structuredClone(stored) : fresh();
  for (const name of choices.read_only_keys) delete draft[name];
  let version = stored?.version;
  let wrong = new Map();
  const holder = h("div", {});
  const summary = h("div", { class: "mistakes", tabindex: "-1", role: "alert" });
  const name = h("input", { required: true, autocomplete: "off", autocapitalize: "none", id: "campaign-id" });

  // What is wrong at a path; for a control that holds a list also what is wrong with its lines.
  const error = (path) => [...wrong].filter(([place]) => place === path || (Array.isArray(at(path)) && place.startsWith(`${path}.`)))
    .map(([place, message]) => (place === path ? message : `${at(place)}: ${message}`)).join(" ");
  const marked = (path, box) => { box.dataset.of = path; return box; };
  const put = (path, value) => {
    const steps = path.split(".");
    const last = steps.pop();
    steps.reduce((at, step) => (at[step] ??= {}), draft)[last] = value;
  };
  const at = (path) => path.split(".").reduce((value, step) => value?.[step], draft);
  const text = (path, label, { kind = "input", hint = "", type = "text", read = (value) => value, show = (value) => value ?? "", ...more } = {}) => {
    const control = h(kind, { ...(kind === "input" ? { type } : { rows: path.endsWith(".body") ? "10" : "3" }), autocomplete: "off", ...more, value: show(at(path)) });
    control.addEventListener("input", () => put(path, read(control.value)));
    return marked(path, field(label, control, { hint, error: error(path) }));
  };
  const choice = (path, label, options, { hint = "" } = {}) => {
    const control = select(options, at(path));
    control.addEventListener("change", () => put(path, control.value));
    return marked(path, field(label, control, { hint, error: error(path) }));
  };
  const yes = (path, label) => marked(path, tick(label, { checked: Boolean(at(path)), onchange: (event) => put(path, event.currentTarget.checked) }));
  const number = (value) => (value.trim() === "" ? null : Number(value));
  const local = (iso) => {
    if (!iso) return "";
    const date = new Date(iso);
    return new Date(date - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
  };
  const when = (path, label) => text(path, label, { type: "datetime-local", show: local, read: (value) => (value ? new Date(value).toISOString() : null), hint: t("your_time") });
  const lines = (path, label, hint) => text(path, label, { kind: "textarea", hint, show: (value) => (value || []).join("\n"), read: (value) => value.split(/\s+/).filter(Boolean) });
  // Visitors come with www. and without: whoever allows one site is offered the other.
  function origins() {
    const path = "allowed_origins";
    const box = lines(path, t("allowed_origins"), t("origins_hint"));
    const control = box.querySelector("textarea");
    const offers = h("div", { class: "stack", "aria-live": "polite" });
    const offer = () => {
      const listed = new Set(at(path) || []);
      const missing = [...listed].map(twin).filter((site) => site && !listed.has(site));
      fill(offers, ...missing.map((site) => h("button", { class: "link", type: "button", onclick: () => {
        put(path, [...(at(path) || []), site]);
        control.value = at(path).join("\n");
        offer();
        control.focus();
      } }, t("also_allow", { site }))));
    };
    control.addEventListener("change", offer);
    offer();
    box.append(offers);
    return box;
  }
  const group = (words, ...inside) => h("fieldset", {}, h("legend", {}, t(words)), inside);

  function rows(path, words, blank, draw) {
    const list = at(path);
    return group(words, list.map((one, place) => h("div", { class: "entry" }, draw(`${path}.${place}`, one, place),
      h("button", { class: "link", type: "button", onclick: () => { list.splice(place, 1); paint(); } }, t("remove_entry", { n: n(place + 1) })))),
    h("button", { class: "button quiet", type: "button", onclick: () => { list.push(blank()); paint(); } }, t("add")));
  }

  function languages() {
    const codes = Object.keys(draft.texts);
    const code = h("input", { size: "6", maxlength: "10", autocapitalize: "none", autocomplete: "off" });
    return group("words",
      h("div", { class: "languages" }, codes.map((lang) => h("div", { lang, class: "language" }, h("h2", { lang: language }, languageName(lang)),
        choices.texts.map((word) => text(`texts.${lang}.${word}`, t(`word_${word}`), { kind: ONE_LINE.has(word) ? "input" : "textarea", hint: word === "body" ? t("markdown") : "" })),
        text(`redirect_url.${lang}`, t("redirect"), { type: "url", read: (value) => value || undefined }),
        codes.length > 1 && lang !== draft.default_language ? h("button", { class: "link", type: "button", onclick: () => { delete draft.texts[lang]; delete draft.redirect_url[lang]; paint(); } }, t("remove_language", { name: languageName(lang) })) : null))),
      h("div", { class: "row" }, field(t("add_language"), code, { hint: t("language_hint") }), h("button", { class: "button quiet", type: "button", onclick: () => {
        const lang = code.value.trim();
        if (LANGUAGE.test(lang) && !draft.texts[lang]) { draft.texts[lang] = noText(); paint(); }
      } }, t("add"))),
      choice("default_language", t("default_language"), codes.map((lang) => [lang, languageName(lang)])));
  }

  function asked() {
    const known = new Map(draft.fields.map((one) => [one.name, one]));
    const osdi = choices.person_fields.map((one) => {
      const mine = known.get(one);
      const must = tick(t("required"), { checked: Boolean(mine?.required), disabled: !mine, "aria-label": `${t(`field_${one}`)}: ${t("required")}`, onchange: (event) => { known.get(one).required = event.currentTarget.checked; } });
      return h("div", { class: "asked" }, tick(t(`field_${one}`), { checked: Boolean(mine), onchange: (event) => {
        if (event.currentTarget.checked) draft.fields.push({ name: one, required: false });
        else draft.fields = draft.fields.filter((entry) => entry.name !== one);
        draft.fields.sort((a, b) => order(a) - order(b));
        paint();
      } }), must);
    });
    const order = (one) => (choices.person_fields.indexOf(one.name) + 1 || 99);
    const own = draft.fields.map((one, place) => [one, place]).filter(([one]) => one.name.startsWith("custom.")).map(([one, place]) => h("div", { class: "entry" },
      marked(`fields.${place}.name`, field(t("own_name"), h("input", { value: one.name.slice(7), autocapitalize: "none", oninput: (event) => { one.name = `custom.${event.currentTarget.value}`; } }), { error: error(`fields.${place}.name`) })),
      field(t("own_type"), select(choices.field_types.map((kind) => [kind, t(`type_${kind}`)]), one.type || "text", { onchange: (event) => { one.type = event.currentTarget.value; one.options = one.type === "select" ? one.options || [] : []; paint(); } })),
      Object.keys(draft.texts).map((lang) => marked(`fields.${place}.label.${lang}`, field(t("own_label", { name: languageName(lang) }), h("input", { value: one.label?.[lang] || "", oninput: (event) => { one.label ??= {}; one.label[lang] = event.currentTarget.value; } }), { error: error(`fields.${place}.label.${lang}`) }))),
      one.type === "select" ? marked(`fields.${place}.options`, field(t("options"), h("textarea", { rows: "4", value: (one.options || []).join("\n"), oninput: (event) => { one.options = event.currentTarget.value.split("\n").map((line) => line.trim()).filter(Boolean); } }), { error: error(`fields.${place}.options`) })) : null,
      tick(t("required"), { checked: Boolean(one.required), onchange: (event) => { one.required = event.currentTarget.checked; } }),
      h("button", { class: "link", type: "button", onclick: () => { draft.fields.splice(place, 1); paint(); } }, t("remove_entry", { n: n(place + 1) }))));
    return group("asks", h("p", { class: "hint" }, t("asks_hint")), osdi, own,
      h("button", { class: "button quiet", type: "button", onclick: () => { draft.fields.push({ name: "custom.", type: "text", label: {}, required: false }); paint(); } }, t("add_own")));
  }

  function captcha() {
    const key = text("captcha.site_key", t("site_key"), { autocapitalize: "none", spellcheck: "false", hint: t("site_key_hint", { command: 'make admin-command DO="captcha set …"' }), read: (value) => value.trim() });
    const asks = () => Boolean(draft.captcha?.provider);
    const locked = hasOwnHost ? null : h("p", { class: "note", hidden: !at("captcha.provider") }, t("captcha_sandboxed", { setting: "DashboardUrl" }));
    const control = select([["", t("captcha_none")], ...Object.entries(choices.captchas)], at("captcha.provider") || "");
    control.addEventListener("change", () => {
      draft.captcha = control.value ? { provider: control.value, site_key: key.querySelector("input").value.trim() } : null;
      key.hidden = !asks();
      if (locked) locked.hidden = !asks();
    });
    key.hidden = !asks();
    return h("details", { open: asks() }, h("summary", {}, t("captcha")), h("div", { class: "stack" }, marked("captcha", field(t("captcha_service"), control, { hint: t("captcha_hint"), error: error("captcha.provider") || error("captcha") })), locked, key));
  }

  function paint() {
    const here = scrollY;
    fill(holder, ...(id ? [] : [marked("campaign", field(t("campaign_id"), name, { hint: t("campaign_id_hint"), error: error("campaign") }))]),
      languages(),
      group("basics", choice("kind", t("kind"), choices.kinds.map((one) => [one, t(`kind_${one}`)])), choice("state", t("state"), choices.states.map((one) => [one, t(`state_${one}`)])),
        text("goal", t("goal"), { type: "number", min: "1", read: number }), when("opens_at", t("opens_at")), when("closes_at", t("closes_at")), text("time_zone", t("time_zone"), { hint: t("time_zone_hint") }),
        choice("confirmation", t("confirmation"), choices.confirmations.map((one) => [one, t(`confirmation_${one}`)]), { hint: t("confirmation_hint") })),
      rows("targets", "targets", () => ({ name: "", names: {} }), (path, one) => [text(`${path}.name`, t("name")), Object.keys(draft.texts).filter((lang) => lang !== draft.default_language).map((lang) =>
        marked(`${path}.names.${lang}`, field(t("name_in", { name: languageName(lang) }), h("input", { value: one.names?.[lang] || "", oninput: (event) => { one.names ??= {}; if (event.currentTarget.value) one.names[lang] = event.currentTarget.value; else delete one.names[lang]; } }), { error: error(`${path}.names.${lang}`) })))]),
      rows("sponsors", "sponsors", () => ({ id: "", name: "", url: "", privacy_url: "" }), (path) => [text(`${path}.name`, t("name")), text(`${path}.id`, t("short_id"), { hint: t("short_id_hint") }), text(`${path}.url`, t("website"), { type: "url" }), text(`${path}.privacy_url`, t("privacy"), { type: "url" })]),
      group("sender", text("sender.name", t("name")), text("sender.email", t("field_email"), { type: "email", hint: t("sender_hint") }), text("sender.reply_to", t("reply_to"), { type: "email" })),
      asked(),
      group("rules", yes("show_count", t("show_count")), yes("show_signers", t("show_signers")), yes("ask_updates", t("ask_updates")), yes("listed", t("listed")), yes("confirm_automatically", t("confirm_automatically")), yes("reminders", t("reminders")), text("accent", t("accent"), { hint: t("accent_hint"), read: (value) => value.trim() }), text("external_count", t("external_count"), { type: "number", min: "0", read: (value) => Number(value || 0) }),
        text("retention_days", t("retention_days"), { type: "number", min: "1", read: number, hint: t("retention_hint") }), origins()),
      h("details", {}, h("summary", {}, t("limits")), h("p", { class: "hint" }, t("limits_hint")), h("div", { class: "stack" },
        choices.limits.map((cap) => text(`limits.${cap}`, t(`limit_${cap}`), { type: "number", min: "1", read: (value) => (value.trim() ? Number(value) : undefined) })),
        choices.holdable_flags.map((flag) => tick(t(`limit_hold_${flag}`), { checked: (at("limits.hold") || []).includes(flag), onchange: (event) => {
          put("limits.hold", [...new Set([...(at("limits.hold") || []).filter((one) => one !== flag), ...(event.currentTarget.checked ? [flag] : [])])]);
        } })))),
      captcha());
    scrollTo(0, here);
  }

  const whole = () => {
    const document_ = structuredClone(draft);
    document_.redirect_url = Object.fromEntries(Object.entries(document_.redirect_url || {}).filter(([, url]) => url));
    return document_;
  };

  // The control of a path in the document, or of what it is in.
  function boxOf(path) {
    const boxes = new Map([...holder.querySelectorAll("[data-of]")].map((box) => [box.dataset.of, box]));
    for (const steps = path.split("."); steps.length; steps.pop()) if (boxes.has(steps.join("."))) return boxes.get(steps.join("."));
    return null;
  }

  function mistake({ field: path, message }) {
    const box = boxOf(path);
    if (!box) return h("li", {}, `${path}: ${message}`);
    const control = box.querySelector("input, select, textarea");
    const words = [box.closest("fieldset")?.querySelector("legend"), box.closest(".language")?.querySelector("h2"), box.querySelector("label")];
    return h("li", {}, h("a", { href: `#${control.id}`, onclick: (event) => {
      event.preventDefault(); // the hash is the dashboard's address
      const folded = box.closest("details");
      if (folded) folded.open = true;
      control.focus();
    } }, `${words.filter(Boolean).map((one) => one.textContent).join(", ")}: ${message}`));
  }

  function refused(problem) {
    wrong = new Map(problem.errors.map((one) => [one.field, one.message]));
    paint();
    fill(summary, h("h2", {}, problem.message), problem.errors.length ? h("ul", {}, problem.errors.map(mistake)) : "");
    summary.focus();
  }

  const save = actionHandler(async () => {
    const target = id || name.value.trim();
    // Without a name the request would go to another address.
    if (!CAMPAIGN_ID.test(target)) return refused({ message: t("went_wrong"), errors: [{ field: "campaign", message: t("campaign_id_wrong") }] });
    try {
      const saved = await call("PUT", of(target), { body: whole(), headers: version ? { "If-Match": `"${version}"` } : {} });
      version = saved.version;
      begun = typed();
      location.hash = `#/campaigns/${saved.id}`;
      const unseen = saved.warnings.map((one) => `${languageName(one.field.split(".").find((part) => part in saved.texts) ?? one.field.split(".").at(-1))}: ${one.message}`);
      setTimeout(() => say([t("saved"), ...unseen].join(" "), { wrong: unseen.length > 0 }), 300);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (problem.status === 412 || problem.status === 428) return id ? conflict(target) : refused({ message: t("went_wrong"), errors: [{ field: "campaign", message: t("campaign_id_taken") }] });
      refused(problem);
    }
  });

  // Somebody else has saved in the meantime: shows what differs, and lets the user decide.
  async function conflict(target) {
    const theirs = await get(of(target));
    const mine = whole();
    const differing = Object.keys(mine).filter((part) => JSON.stringify(mine[part]) !== JSON.stringify(theirs[part]));
    if (await ask(t("conflict"), [t("conflict_text"), differing.join(", ")], t("overwrite"), { danger: true })) {
      version = theirs.version;
      await call("PUT", of(target), { body: mine, headers: { "If-Match": `"${version}"` } });
      begun = typed();
      location.hash = `#/campaigns/${target}`;
    }
  }

  // Each page has a frame of its own: one frame that goes from page to page would fill the history behind Back.
  const framed = (html) => h("iframe", { sandbox: "", title: t("preview"), class: "preview", srcdoc: html });
  let frame = framed("");
  const shown = select(Object.keys(draft.texts).map((lang) => [lang, languageName(lang)]), draft.default_language, { id: unique("preview") });
  const missing = h("p", { class: "note", hidden: true }, t("preview_waits"));
  let latest = 0;
  const draw = async () => {
    const codes = Object.keys(draft.texts);
    const lang = codes.includes(shown.value) ? shown.value : draft.default_language;
    fill(shown, codes.map((one) => h("option", { value: one, selected: one === lang }, languageName(one))));
    latest += 1;
    const mine = latest;
    const html = await call("POST", of(previewed(), `/preview?lang=${encodeURIComponent(lang)}`), { body: whole(), as: "text", headers: { Accept: "text/html, application/json" } });
    if (mine !== latest) return;
    if (frame.srcdoc !== html) { // an unchanged page keeps its place
      const next = framed(html);
      frame.replaceWith(next);
      frame = next;
    }
    missing.hidden = true;
  };
  const previewed = () => id || (CAMPAIGN_ID.test(name.value.trim()) ? name.value.trim() : "new");
  const look = actionHandler(async () => {
    try {
      await draw();
      fill(summary);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      refused(problem);
    }
  });
  // While somebody types, what is not yet right is no mistake: the last page stays, with a note.
  const follow = () => draw().catch(() => { missing.hidden = false; });
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => holder.isConnected && follow(), PREVIEW_AFTER);
  };
  for (const happened of ["input", "change", "click"]) holder.addEventListener(happened, () => { if (typed() !== previewedWords) { previewedWords = typed(); soon(); } });
  const typed = () => JSON.stringify([name.value, whole()]);
  shown.addEventListener("change", look);
  paint();
  let begun = typed();
  let previewedWords = begun;
  follow();
  const view = [
    summary,
    h("div", { class: "split" },
      h("form", { class: "stack editor", onsubmit: save, novalidate: true }, holder, h("div", { class: "row bar-bottom" }, h("button", { class: "button" }, t("save")), h("button", { class: "button quiet", type: "button", onclick: look }, t("show_preview")))),
      h("section", { class: "look", "aria-labelledby": "h-preview" }, h("div", { class: "row" }, h("h2", { id: "h-preview" }, t("preview")), h("label", { class: "unseen", for: shown.id }, t("language")), shown), h("p", { class: "hint" }, t("preview_hint")), missing, frame)),
  ];
  return Object.assign(view, { isUnsaved: () => typed() !== begun });
}
