// <undersigned-form campaign="…" lang="es"></undersigned-form>: a campaign's form on any page.
// No dependencies, cookies or storage, and no requests except to where this script came from, unless a campaign has a captcha.
(() => {
  "use strict";
  if (customElements.get("undersigned-form")) return;
  // Where this script came from; a page that bundles or copies it still finds the API.
  const OURS = document.currentScript;
  const FROM = (OURS?.src || "").match(/^(.*)\/embed\.js([?#].*)?$/);
  const HOME = FROM ? FROM[1] : "/* home */";
  const WORDS = "/* words */";
  const CARRIED = ["source", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];
  const SHARED_EVENTS = ["undersigned:signed", "undersigned:counted"]; // forms of the same campaign tell each other
  const TIMEOUT_MS = 20000; // how long a signer on a bad connection waits for a response
  const COUNT_INTERVAL_MS = 15000; // the least time between two requests for the count
  const COUNT_SETTLED_MS = 45000; // by then every cache of the count includes a new signature
  const CAPTCHA_WAIT_MS = 4000; // how long a quick signer waits for the captcha
  const CSS = "/* style */";

  /** An element with properties and children; text stays text. */
  const h = (name, properties = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (value === undefined || value === null || value === false) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  };
  const filled = (sentence, facts) => (sentence || "").replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const number = (n, language) => {
    try {
      return n.toLocaleString(language, { numberingSystem: "latn" }); // Western digits, also in Arabic
    } catch {
      return String(n); // a tag that this browser does not know
    }
  };
  /** The values typed into a form, as pairs, without hidden ones. */
  const typedIn = (form) => [...new FormData(form)].filter(([name, value]) =>
    typeof value === "string" && value && [...form.elements].some((control) => control.name === name && control.type !== "hidden"));
  const services = {}; // of captchas: each script is loaded once per page
  /** The campaign's captcha service once its script has loaded; null if it does not load. */
  const service = ({ provider, script }) => (services[provider] ??= new Promise((settle) => {
    const there = () => window[provider]?.render && !settle(window[provider]);
    const over = () => {
      if (there()) return;
      services[provider] = null; // so that it is tried again
      settle(null);
    };
    if (there()) return; // the page has loaded it for a form of its own
    const called = `undersigned_${provider}`;
    window[called] = there;
    const query = `?render=explicit&onload=${called}${provider === "hcaptcha" ? "&recaptchacompat=off" : ""}`;
    // It calls back when ready, but perhaps not if it was there before.
    document.head.append(h("script", { src: script + query, nonce: OURS?.nonce, onerror: over, onload: () => setTimeout(over, 1000) }));
  }));
  const safe = (url) => (/^(https?|mailto|sms):/i.test(url || "") ? url : undefined);

  class UndersignedForm extends HTMLElement {
    static observedAttributes = ["campaign", "lang", "base"];
    static formAssociated = true; // so that the browser restores typed values after Back, as for any form
    #internals = this.attachInternals?.();
    #root = this.attachShadow({ mode: "open" });
    #facts = null; // the form document
    #result = null; // the response to a signature, while thanks are shown
    #typed = []; // typed values to fill in once there is a form
    #latestLoad = 0;
    #counted = 0;
    #busy = false;
    #mended = {}; // what a corrected form says of the mistyped one
    #proof = null; // the captcha shown: its service and its proof
    #live = false; // attributes change once before the element is connected

    constructor() {
      super();
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS);
        this.#root.adoptedStyleSheets = [sheet]; // allowed under a Content-Security-Policy without 'unsafe-inline'
      } catch {
        this.#root.append(h("style", {}, CSS)); // Safari before 16.4
      }
    }

    connectedCallback() {
      document.addEventListener("visibilitychange", this.#look);
      addEventListener("online", this.#online);
      for (const name of SHARED_EVENTS) document.addEventListener(name, this.#onSharedEvent);
      this.#live = true;
      if (!this.#facts) this.#load();
    }

    disconnectedCallback() {
      document.removeEventListener("visibilitychange", this.#look);
      removeEventListener("online", this.#online);
      for (const name of SHARED_EVENTS) document.removeEventListener(name, this.#onSharedEvent);
      this.#live = false;
      this.#unprove();
    }

    attributeChangedCallback(name, before, after) {
      if (before === after || !this.#live) return;
      if (name !== "lang") this.#facts = this.#result = null; // a different form; another language is the same form
      this.#load();
    }

    formStateRestoreCallback(state) {
      this.#typed = JSON.parse(state);
      if (this.#form) this.#fill();
    }

    get #base() {
      return (this.getAttribute("base") || HOME).replace(/\/+$/, "");
    }

    get #form() {
      return this.#root.querySelector("form");
    }

    get #language() {
      const said = this.getAttribute("lang") || this.parentElement?.closest("[lang]")?.lang;
      return said || (navigator.languages || [navigator.language])[0] || "en";
    }

    get #few() {
      return WORDS[this.#language.toLowerCase().split("-")[0]] || WORDS.en;
    }

    #url(path) {
      return `${this.#base}/campaigns/${encodeURIComponent(this.getAttribute("campaign") || "")}${path}`;
    }

    /** Hidden values: where the visitor came from, and which page this is. */
    get #carried() {
      const query = new URLSearchParams(location.search);
      const found = {};
      for (const name of CARRIED) {
        const value = (name === "source" && this.getAttribute("source")) || query.get(name);
        if (value) found[name] = value;
      }
      return { referrer: location.origin + location.pathname, ...found };
    }

    #tell(name, detail) {
      return this.dispatchEvent(new CustomEvent(`undersigned:${name}`, { bubbles: true, composed: true, cancelable: true, detail }));
    }

    async #fetch(url, options = {}) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
      try {
        return await fetch(url, { credentials: "omit", signal: abort.signal, ...options, headers: { Accept: "application/json" } });
      } finally {
        clearTimeout(timer);
      }
    }

    async #load() {
      this.#latestLoad += 1;
      const turn = this.#latestLoad;
      // Until the form has loaded, whatever the author put inside stays in place and works.
      if (!this.#facts) this.#show(h("slot", {}, h("div", { class: "box", part: "box", "aria-busy": "true" }, h("p", { class: "soft", role: "status" }, this.#few.loading))));
      let status = 0;
      try {
        const answer = await this.#fetch(this.#url(`/form?lang=${encodeURIComponent(this.#language)}`));
        status = answer.status;
        const facts = answer.ok ? await answer.json() : null;
        if (turn !== this.#latestLoad) return; // another language was requested in the meantime
        if (facts) {
          this.#remember();
          this.#facts = facts;
          this.#counted = Date.now();
          if (this.#result) this.#drawThanks();
          else this.#drawForm();
          this.#tell("ready", { campaign: facts.campaign, language: facts.language });
          return;
        }
      } catch {
        if (turn !== this.#latestLoad) return;
      }
      if (!this.#facts) this.#failed();
      this.#tell("error", { campaign: this.getAttribute("campaign"), code: status ? "not_loaded" : "network", status });
    }

    /** What was typed so far, into the form shown or into the plain one that was here before it. */
    #remember() {
      const form = this.#form || (!this.#facts && this.querySelector("form"));
      const typed = form ? typedIn(form) : [];
      if (typed.length) this.#typed = typed;
    }

    #fill() {
      for (const control of this.#form?.elements || []) {
        const values = this.#typed.filter(([name]) => name === control.name).map(([, value]) => value);
        if (!values.length || control.type === "hidden") continue;
        if (control.type === "checkbox") control.checked = values.includes(control.value);
        else control.value = values[0];
      }
    }

    /** Lets the browser remember typed values with this page's forms; a surrounding form does not send them. */
    #keep() {
      const typed = this.#form ? typedIn(this.#form) : [];
      this.#internals?.setFormValue(null, typed.length ? JSON.stringify(typed) : null);
    }

    #failed() {
      const words = this.#few;
      this.#show(
        h("slot", {},
          h("div", { class: "box", part: "box" },
            h("p", { role: "alert", part: "message" }, words.failed),
            h("p", { class: "gap" }, h("button", { type: "button", part: "button", onclick: () => this.#load() }, words.retry)),
            h("p", { class: "gap" }, h("a", { href: `${this.#base}/sign/${encodeURIComponent(this.getAttribute("campaign") || "")}` }, words.elsewhere)))));
    }

    #show(...children) {
      this.#unprove();
      for (const old of [...this.#root.children]) if (old.localName !== "style") old.remove();
      this.#root.append(...children);
      this.#tint(children);
    }

    /** The campaign's accent colour, unless the page sets its own. */
    #tint(children) {
      const own = this.#facts?.accent;
      if (!own) return;
      const pair = (light, dark) => (window.CSS.supports("color", "light-dark(#000, #fff)") ? `light-dark(${light}, ${dark})` : light);
      for (const { style } of children) {
        style.setProperty("--_accent", `var(--undersigned-accent, ${pair(own.light, own.dark)})`);
        style.setProperty("--_on", `var(--undersigned-on-accent, ${pair(own.on_light, own.on_dark)})`);
      }
    }

    #id(id) {
      return this.#root.getElementById(id);
    }

    // ── the form ──────────────────────────────────────────────────────────────
    #drawForm() {
      const facts = this.#facts, words = facts.words;
      const own = { lang: facts.language, dir: facts.text_direction };
      const isProving = this.#proof;
      const focused = this.#root.activeElement?.name || (this.contains(document.activeElement) && document.activeElement.name);
      this.#result = null;
      this.#internals?.states?.delete("signed");
      const head = this.hasAttribute("compact") ? [] : [
        h("p", { class: "soft eyebrow" }, facts.eyebrow, facts.targets.length ? h("span", own, ` ${facts.targets.join(" · ")}`) : ""),
        h("h2", { part: "title", ...own }, facts.title),
        facts.summary && h("p", { class: "gap", part: "summary", ...own }, facts.summary),
      ];
      const shown = this.hasAttribute("picture") && facts.picture;
      if (shown) {
        const { url, alt, width, height, tall } = shown;
        head.push(h("img", { class: tall ? "tall" : null, part: "picture", src: url, alt, width, height, decoding: "async", ...own }));
      }
      const read = h("p", { class: "soft gap" }, h("a", { href: facts.page, target: "_blank", rel: "noopener" }, words.read, h("span", { class: "unseen" }, ` ${words.new_tab}`)));
      this.#show(
        h("section", { class: "box", part: "box", lang: facts.interface, dir: facts.direction, "aria-label": facts.title },
          head, this.#progress(), this.#delivered(), !this.hasAttribute("compact") && read,
          facts.phase === "open" ? this.#makeForm() : h("p", { class: "gap", part: "message" }, this.#whyNot())));
      this.#fill();
      if (isProving) this.#prove();
      if (focused) this.#form?.elements.namedItem(focused)?.focus?.({ preventScroll: true });
    }

    /** When and to whom it was handed over last. */
    #delivered() {
      const { delivered, words, language, text_direction: dir } = this.#facts;
      if (!delivered) return null;
      return h("div", { class: "gap told", part: "delivered" }, h("p", {}, h("b", {}, delivered.sentence)),
        delivered.words && h("p", { class: "lines", lang: language, dir }, delivered.words),
        safe(delivered.url) && h("p", { class: "soft" }, h("a", { href: delivered.url, target: "_blank", rel: "noopener" }, delivered.more, h("span", { class: "unseen" }, ` ${words.new_tab}`))));
    }

    #whyNot() {
      const { phase, opens_on: day, words } = this.#facts;
      if (phase === "closed") return words.closed;
      return day ? filled(words.early_on, { day }) : words.early;
    }

    #progress() {
      const { count, goal, words, language } = this.#facts;
      const box = h("div", { class: "gap", id: "progress", part: "progress" });
      if (count === null || (!count && this.#result)) return box; // do not invite someone who has just signed to be the first
      if (!count) box.append(h("p", { class: "count" }, words.first));
      else if (goal) box.append(h("p", { class: "count" }, h("b", { part: "count" }, number(count, language)), " ", filled(words.towards, { goal: number(goal, language) })));
      else box.append(h("p", { class: "count" }, `${words.signatures}: `, h("b", { part: "count" }, number(count, language))));
      if (goal) box.append(h("progress", { part: "thermometer", max: goal, value: Math.min(count, goal), "aria-label": words.on_the_way }));
      return box;
    }

    #makeForm() {
      const facts = this.#facts, words = facts.words;
      return h("form", { part: "form", novalidate: true, action: this.#url("/signatures"), method: "post", oninput: () => this.#keep(), onfocusin: () => this.#prove(), onsubmit: (event) => { event.preventDefault(); this.#send(event.target); } },
        h("h3", {}, words.heading),
        facts.last_day && h("p", { class: "soft" }, filled(words.until, { day: facts.last_day })),
        h("div", { id: "said" }),
        facts.fields.map((field) => this.#field(field)),
        facts.show_name && this.#tick("f-public", "public", "yes", words.show_name, words.optional),
        (facts.updates || facts.consents.length > 0) && h("fieldset", { id: "f-consents" }, h("legend", {}, words.consents, " ", h("span", { class: "optional" }, words.optional)),
          facts.updates && this.#tick("f-updates", "updates", "yes", words.updates),
          facts.consents.map((one) => this.#tick(`f-consent-${one.id}`, "consents", one.id, filled(words.consent, one), "",
            safe(one.privacy_url) && h("p", { class: "soft" }, h("a", { href: one.privacy_url, target: "_blank", rel: "noopener" }, filled(words.privacy, one), h("span", { class: "unseen" }, ` ${words.new_tab}`)))))),
        h("div", { "aria-hidden": "true", hidden: true }, h("label", { for: "f-website" }, "Website"), h("input", { id: "f-website", name: "website", autocomplete: "off", "data-1p-ignore": true, "data-bwignore": "true", "data-lpignore": "true", tabindex: "-1", hidden: true })),
        facts.captcha && h("div", { class: "proof", part: "captcha" }, h("p", { class: "soft", role: "status" }, filled(words.captcha, { service: facts.captcha.name })), h("slot", { name: "captcha" }, h("div", { class: "soft", "aria-hidden": "true" }, facts.captcha.name))),
        facts.handover && [h("p", { class: "soft gap", part: "note" }, facts.handover), h("input", { type: "hidden", name: "handover_notice", value: "1" })],
        h("button", { type: "submit", part: "button" }, facts.button),
        h("p", { class: "soft gap", part: "note" }, facts.notes.join(" ")));
    }

    #tick(id, name, value, label, optional, after) {
      return h("div", { class: "tick" }, h("input", { type: "checkbox", id, name, value }), h("label", { for: id }, label, optional ? h("span", { class: "optional" }, ` ${optional}`) : ""), after);
    }

    #field(field) {
      const id = `f-${field.name.replace(".", "-")}`, words = this.#facts.words;
      const label = [field.label, field.required ? "" : h("span", { class: "optional" }, ` ${words.optional}`)];
      const common = { id, name: field.name, part: "input", required: field.required };
      if (field.kind === "checkbox") return h("div", { class: "field tick", "data-of": field.name }, h("input", { ...common, type: "checkbox", value: "yes" }), h("label", { for: id }, label));
      let control;
      if (field.kind === "select") control = h("select", { ...common, autocomplete: field.autocomplete }, h("option", { value: "" }, words.choose), field.options.map(([value, name]) => h("option", { value }, name)));
      else if (field.kind === "textarea") control = h("textarea", { ...common, rows: 4, dir: "auto" });
      else {
        const special = { email: { type: "email", inputmode: "email", autocapitalize: "none", spellcheck: "false", dir: "ltr" }, tel: { type: "tel", inputmode: "tel", dir: "ltr" } }[field.kind];
        control = h("input", { ...common, ...(special || { type: "text", dir: "auto" }), autocomplete: field.autocomplete, class: field.short && "short", list: field.suggestions && `${id}-list` });
      }
      if (field.note) {
        control.dataset.note = `${id}-note`;
        control.setAttribute("aria-describedby", control.dataset.note);
      }
      return h("div", { class: "field", part: "field", "data-of": field.name }, h("label", { for: id, part: "label" }, label), field.note && h("p", { class: "soft", id: `${id}-note` }, field.note), control,
        field.suggestions && h("datalist", { id: `${id}-list` }, field.suggestions.map((value) => h("option", { value }))),
        field.note && h("input", { type: "hidden", name: "comment_notice", value: "1" })); // this form says so; an older one does not
    }

    // ── signing ───────────────────────────────────────────────────────────────
    async #send(form) {
      if (this.#busy) return; // submitted twice
      this.#busy = true;
      const button = form.querySelector(":scope > button[type=submit]"), words = this.#facts.words;
      button.disabled = true;
      button.textContent = words.sending;
      const url = this.#url("/signatures"), body = new URLSearchParams(new FormData(form));
      for (const [name, value] of Object.entries({ lang: this.#facts.language, ...this.#carried, ...this.#facts.hidden, ...this.#mended })) body.set(name, value);
      let answer = null, result = null;
      try {
        const { captcha } = this.#facts, proof = captcha && (await this.#proven());
        if (proof) body.set(captcha.field, proof);
        answer = await this.#fetch(url, { method: "POST", body });
        result = await answer.json();
      } catch {
        // no connection, a timeout, or a response that is not JSON
      }
      this.#busy = false;
      button.disabled = false;
      button.textContent = this.#facts.button;
      if (answer?.status === 201 && result) return this.#signed({ ...result, email: body.get("email"), typed: typedIn(form) });
      if (answer) this.#proveAnew();
      const code = result?.code || (answer ? "internal" : "network");
      if (code === "invalid") this.#mistakes(form, result.errors || []);
      else this.#trouble(result?.detail && answer.status < 500 ? result.detail : null, form);
      this.#tell("error", { campaign: this.#facts.campaign, code, status: answer?.status || 0 });
    }

    /** Nothing typed is lost; sending it again is safe, because an address can sign only once. */
    #trouble(sentence, form) {
      const words = this.#facts.words;
      this.#say(form, h("p", {}, sentence || (navigator.onLine === false ? words.offline : words.trouble)),
        h("button", { type: "button", part: "button retry", onclick: () => this.#send(form) }, words.retry));
    }

    #say(form, ...children) {
      const box = h("div", { class: "summary", part: "message", role: "alert", tabindex: "-1" }, ...children);
      this.#clear(form);
      this.#id("said").replaceChildren(box);
      box.focus();
      box.scrollIntoView({ block: "nearest" });
    }

    #clear(form) {
      this.#id("said").replaceChildren();
      for (const old of form.querySelectorAll(".mistake")) old.remove();
      for (const old of form.querySelectorAll(".wrong")) old.classList.remove("wrong");
      for (const old of form.querySelectorAll("[aria-invalid]")) {
        old.removeAttribute("aria-invalid");
        if (old.dataset.note) old.setAttribute("aria-describedby", old.dataset.note);
        else old.removeAttribute("aria-describedby");
      }
    }

    #mistakes(form, errors) {
      const known = new Map(this.#facts.fields.map((field) => [field.name, field]));
      const position = ({ field }) => [...form.elements].findIndex((control) => control.name === field) >>> 0; // unknown ones last
      errors.sort((one, other) => position(one) - position(other));
      const lines = errors.map(({ field, message }) => {
        const control = form.elements.namedItem(field), named = known.get(field);
        const id = control?.id;
        return h("li", {}, named ? `${named.label}: ` : "", id ? h("a", { href: `#${id}`, onclick: (event) => { event.preventDefault(); control.focus(); } }, message) : message);
      });
      this.#say(form, h("p", {}, h("strong", {}, filled(this.#facts.words.mend, { n: errors.length }))), h("ul", {}, lines));
      for (const { field, message } of errors) {
        const box = [...form.querySelectorAll("[data-of]")].find((one) => one.dataset.of === field);
        const control = box?.querySelector("input, select, textarea");
        if (!control || control.hasAttribute("aria-invalid")) continue;
        const id = `${control.id}-error`;
        box.classList.add("wrong");
        control.before(h("p", { class: "mistake", id }, message));
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("aria-describedby", [control.dataset.note, id].filter(Boolean).join(" "));
      }
    }

    #signed(result) {
      const facts = this.#facts;
      this.#result = result;
      this.#typed = [];
      this.#mended = {};
      if (result.state === "confirmed" && Number.isInteger(facts.count)) facts.count = Math.max(facts.count + 1, result.count || 0);
      this.#drawThanks();
      this.#internals?.states?.add("signed"); // thanks are shorter, so the reserved height is released
      this.#keep();
      this.#root.querySelector("h2").focus();
      setTimeout(() => this.isConnected && this.#recount(), COUNT_SETTLED_MS);
      const goOn = this.#tell("signed", { campaign: facts.campaign, state: result.state, count: facts.count, goal: facts.goal, message: result.message });
      if (goOn && safe(facts.redirect_url) && !result.correction) location.assign(facts.redirect_url);
    }

    #drawThanks() {
      const facts = this.#facts, words = facts.words, result = this.#result, isPending = result.state === "pending";
      const title = h("h2", { tabindex: "-1", part: "title" }, isPending ? words.pending_title : words.done_title);
      const inside = isPending
        ? [h("p", { class: "gap" }, !result.correction && [filled(words.written_to, { email: `\u2068${result.email.trim()}\u2069` }), " "], words.pending), this.#offer(),
           safe(result.mailbox?.url) && h("p", { class: "gap" }, h("a", { class: "button", part: "button", href: result.mailbox.url, target: "_blank", rel: "noopener" }, filled(words.open_mailbox, result.mailbox), h("span", { class: "unseen" }, ` ${words.new_tab}`))),
           h("p", { class: "soft gap" }, filled(words.spam, { name: facts.sender }))]
        : [facts.thanks && h("p", { class: "gap", lang: facts.language, dir: facts.text_direction }, facts.thanks), h("p", { class: "gap" }, words.done), this.#offer()];
      this.#show(
        h("section", { class: "box", part: "box thanks", lang: facts.interface, dir: facts.direction, "aria-label": facts.title },
          h("div", { role: "status" }, title, inside), this.#progress(), this.#share(),
          h("p", { class: "gap" }, h("button", { type: "button", class: "quiet", part: "another", onclick: () => { this.#drawForm(); this.#form?.elements[0].focus(); } }, words.another))));
    }

    /** An address that looks mistyped: one press sends the form again with the right one; a captcha needs its proof anew. */
    #offer() {
      const { words, captcha, redirect_url: elsewhere } = this.#facts, { correction, email, typed } = this.#result;
      if (!correction) return null;
      const right = `${email.trim().replace(/@[^@]*$/, "")}@${correction.domain}`, shown = `\u2068${right}\u2069`;
      const correct = () => {
        this.#typed = [...typed.filter(([name]) => name !== "email" && name !== "website"), ["email", right]];
        this.#mended = { _instead_of: email, _proof: correction.proof };
        this.#drawForm();
        if (captcha) this.#form.querySelector(":scope > button").focus();
        else this.#send(this.#form);
      };
      return h("div", { class: "summary hint", part: "hint" }, h("p", {}, filled(words.written_to, { email: `\u2068${email.trim()}\u2069` }), " ", h("strong", {}, filled(words.meant, { email: shown }))),
        h("button", { type: "button", part: "button", onclick: correct }, filled(words.correct, { email: shown })),
        safe(elsewhere) && h("p", { class: "gap" }, h("a", { href: elsewhere }, words.go_on)));
    }

    #share() {
      const { share, words, title } = this.#facts;
      const status = h("span", { class: "unseen", role: "status" });
      const copier = (text, label) => {
        const copy = h("button", { type: "button", part: "share-button", onclick: async () => {
          try {
            await navigator.clipboard.writeText(text);
            copy.textContent = status.textContent = words.copied;
          } catch {
            const box = h("input", { readonly: true, value: text, "aria-label": label }); // without a clipboard: to copy by hand
            copy.replaceWith(box);
            box.select();
          }
        } }, label);
        return copy;
      };
      const sheet = navigator.share && h("button", { type: "button", part: "share-button", onclick: () => navigator.share({ title, url: share.url }).catch(() => {}) }, words.share);
      return h("div", { part: "share" }, h("h3", {}, words.pass_on),
        h("ul", { class: "places" }, [...share.places.map((one) => h("a", { part: "share-button", href: safe(one.url), target: /^http/.test(one.url) && "_blank", rel: "noopener" }, one.name)), copier(share.text, words.copy_text), copier(share.url, words.copy), sheet].filter(Boolean).map((one) => h("li", {}, one))), status);
    }

    // ── a captcha ─────────────────────────────────────────────────────────────
    /** Shows it as a light-DOM child, because its script does not look into shadow roots; only once somebody begins to sign. */
    async #prove() {
      const { captcha, interface: language, words } = this.#facts;
      if (!captcha || this.#proof || !this.#form) return;
      const proof = { token: "", until: Date.now() + CAPTCHA_WAIT_MS }, place = h("div", { slot: "captcha" });
      this.#proof = proof;
      this.append(place);
      const api = await service(captcha).catch(() => null); // Trusted Types on the page block our script
      if (proof !== this.#proof) return; // the form has been replaced or removed
      const box = this.#root.querySelector(".proof");
      try {
        proof.id = api.render(place, {
          sitekey: captcha.site_key,
          theme: getComputedStyle(box).outlineColor === "rgb(255, 255, 255)" ? "dark" : "light", // see our style
          size: place.offsetWidth < 303 ? "compact" : "normal",
          [captcha.provider === "hcaptcha" ? "hl" : "language"]: language,
          callback: (token) => { proof.token = token; },
          "expired-callback": () => { proof.token = ""; },
          "error-callback": () => { proof.token = ""; proof.until = 0; return true; },
        });
        proof.api = api;
      } catch {
        // Blocked, offline or an invalid key: nobody is kept from signing by that.
        proof.until = 0;
        box.style.minHeight = `${box.offsetHeight}px`; // nothing moves
        box.querySelector("slot")?.remove();
        box.firstChild.textContent = words.no_captcha;
      }
    }

    #unprove() {
      const proof = this.#proof;
      this.#proof = null;
      try {
        proof?.api?.remove?.(proof.id);
      } catch {
        // it is already gone
      }
      for (const place of this.querySelectorAll(':scope > [slot="captcha"]')) place.remove();
    }

    /** The service's proof, or nothing: we wait a moment, but nobody is kept from signing. */
    async #proven() {
      this.#prove();
      const proof = this.#proof;
      while (!proof.token && Date.now() < proof.until) await new Promise((goOn) => setTimeout(goOn, 100));
      return proof.token;
    }

    /** A proof is valid only once. */
    #proveAnew() {
      const proof = this.#proof;
      if (!proof?.token) return;
      proof.token = "";
      proof.until = Date.now() + CAPTCHA_WAIT_MS;
      try {
        proof.api.reset(proof.id);
      } catch {
        proof.until = 0;
      }
    }

    // ── the count ─────────────────────────────────────────────────────────────
    #look = () => {
      if (document.visibilityState !== "visible" || !this.#facts) return;
      const isBack = this.#result?.state === "pending"; // perhaps from the email, having confirmed the signature
      if (isBack || Date.now() - this.#counted > COUNT_INTERVAL_MS) this.#recount();
      if (isBack) setTimeout(() => this.isConnected && this.#recount(), COUNT_SETTLED_MS);
    };

    #online = () => {
      if (!this.#facts) this.#load();
    };

    #onSharedEvent = (event) => {
      if (event.target === this || event.detail?.campaign !== this.#facts?.campaign) return;
      if (Number.isInteger(event.detail.count)) this.#counts(event.detail.count);
    };

    async #recount() {
      this.#counted = Date.now();
      try {
        const answer = await this.#fetch(this.#url("/count"), { cache: "no-cache" }); // revalidated, usually with a 304
        if (!answer.ok) return;
        const { campaign, count, goal } = await answer.json();
        this.#counts(count);
        this.#tell("counted", { campaign, count, goal });
      } catch {
        // an older count is better than none
      }
    }

    #counts(count) {
      const shown = this.#facts.count;
      if (count === null || count === shown) return;
      const bar = this.#root.querySelector("progress");
      this.#facts.count = count;
      const fresh = this.#progress();
      if (bar && fresh.querySelector("progress")) {
        bar.value = fresh.querySelector("progress").value; // the same bar, so that it animates
        fresh.querySelector("progress").replaceWith(bar);
      }
      this.#id("progress")?.replaceWith(fresh);
    }
  }

  customElements.define("undersigned-form", UndersignedForm);
})();
