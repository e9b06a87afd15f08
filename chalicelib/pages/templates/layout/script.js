// Everything works without this script; it only saves clicks and prevents submitting twice.
(() => {
  "use strict";
  const busy = new Map();
  let timer;
  const press = (form) => {
    const button = form.querySelector("button[type=submit]");
    busy.set(button, button.textContent);
    button.textContent = button.dataset.busy || button.textContent;
    button.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(release, 8000);
  };
  const release = () => {
    clearTimeout(timer);
    for (const [button, text] of busy) {
      button.textContent = text;
      button.disabled = false;
    }
    busy.clear();
  };
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => event.submitter?.hasAttribute("formaction") || press(form));
  }
  // Whoever stops the page from loading stays here, and no event of every browser says so: Esc does, newer browsers do, and
  // after a while the button works again in any case. Sending twice is harmless.
  addEventListener("keydown", (event) => event.key === "Escape" && release());
  window.navigation?.addEventListener("navigateerror", release);
  // A captcha's script looks for its element once the page has loaded; its compact form fits narrow screens.
  for (const place of document.querySelectorAll("[data-sitekey]")) {
    if (place.clientWidth < 303) place.dataset.size = "compact";
  }
  // A link to another language takes along what was typed; in the body of a request, as it must not be in an address.
  for (const link of document.querySelectorAll("a[data-keeps]")) {
    link.addEventListener("click", (event) => {
      const form = document.querySelector("form[data-once]");
      const isTyped = form && [...form.elements].some((one) => one.type === "checkbox" ? one.checked : one.type !== "hidden" && one.name && one.value);
      if (!isTyped || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const button = Object.assign(document.createElement("button"), { formAction: link.href, hidden: true });
      form.append(button);
      form.requestSubmit(button);
      button.remove();
    });
  }

  // The Back button restores the page as it was left: its buttons must work again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    release();
    for (const service of [window.turnstile, window.hcaptcha]) service?.reset?.(); // a proof is valid only once
  });

  // Presses the button once a person is there: a pointer, a key or a touch, or the page in view for a second. Mail scanners open
  // links in browsers, too; those move nothing, leave at once, or say that a program drives them. Not after going back.
  const waiting = document.querySelector("form[data-press]");
  const arrival = performance.getEntriesByType("navigation")[0]?.type;
  if (waiting && arrival !== "back_forward") {
    let looking, isPressed = false;
    const isSeen = () => document.visibilityState === "visible" && !document.prerendering;
    const pressOnce = () => {
      if (isPressed || !isSeen()) return;
      isPressed = true;
      waiting.requestSubmit();
    };
    const look = () => {
      clearTimeout(looking);
      if (isSeen() && !navigator.webdriver) looking = setTimeout(pressOnce, 1000);
    };
    for (const sign of ["pointermove", "pointerdown", "touchstart", "keydown", "wheel"]) {
      addEventListener(sign, (event) => event.isTrusted && pressOnce(), { passive: true });
    }
    waiting.addEventListener("submit", () => { isPressed = true; });
    document.addEventListener("visibilitychange", look);
    document.addEventListener("prerenderingchange", look);
    look();
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const link = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      link.select();
      button.removeAttribute("aria-label"); // from now on its text says what it did
      try {
        await navigator.clipboard.writeText(link.value);
      } catch {
        document.execCommand("copy"); // there is no clipboard API outside secure contexts
      }
      button.textContent = button.dataset.done;
      document.getElementById(`${button.dataset.copy}-status`).textContent = button.dataset.done;
    });
  }

  // Phones have a share sheet.
  if (navigator.share) {
    for (const button of document.querySelectorAll("button[data-share]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}); // the sheet was dismissed
      });
    }
  }

  // WordPress shows pages of unknown sites in a sandbox where nothing can be sent or opened, and listens to
  // those that repeat its secret (wp-includes/js/wp-embed.js): there a link that it follows replaces the form.
  const secret = new URLSearchParams(location.hash.replace(/^#\??/, "")).get("secret");
  if (secret && parent !== window && document.body.classList.contains("frame")) {
    const tell = (message, value) => parent.postMessage({ message, value, secret }, "*");
    const page = document.documentElement;
    const tellHeight = () => tell("height", page.offsetHeight);
    const instead = document.querySelector("[data-instead]");
    if (instead) document.querySelector("form[data-once]").replaceWith(instead.content);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link) return;
      tell("link", link.href);
      // The link itself works where the sandbox lets it; where nobody follows it either, its address is there to copy.
      setTimeout(() => {
        if (!link.nextElementSibling) link.after(Object.assign(document.createElement("p"), { textContent: link.href }));
        tellHeight();
      }, 1500);
    });
    // Its script hides the frame until it hears the height, and may listen only after this one has run.
    addEventListener("message", ({ source, data }) => {
      if (source === parent && data?.message === "ready" && data.secret === secret) tellHeight();
    });
    new ResizeObserver(tellHeight).observe(page); // a frame has its width only once it is shown
    tellHeight();
  }
})();
