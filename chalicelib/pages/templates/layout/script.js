// Everything works without this; it only spares a click, a second press or a search for the mistake.
(() => {
  "use strict";
  const busy = new Map();
  const press = (form) => {
    const button = form.querySelector("button[type=submit]");
    busy.set(button, button.textContent);
    button.textContent = button.dataset.busy || button.textContent;
    button.disabled = true;
  };
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", () => press(form));
  }
  // A captcha's script looks for its place once the page is there; upright it fits into the narrowest.
  for (const place of document.querySelectorAll("[data-sitekey]")) {
    if (place.clientWidth < 303) place.dataset.size = "compact";
  }
  // Coming back by the Back button finds the page as it was left: buttons must work again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const [button, text] of busy) {
      button.textContent = text;
      button.disabled = false;
    }
    busy.clear();
    for (const service of [window.turnstile, window.hcaptcha]) service?.reset?.(); // what it gave was good for one answer
  });

  // Whoever opens the link sees the page; what fetches it unseen presses nothing. Going back presses nothing either.
  const waiting = document.querySelector("form[data-press]");
  const arrival = performance.getEntriesByType("navigation")[0]?.type;
  if (waiting && arrival !== "back_forward") {
    const whenSeen = () => {
      if (document.visibilityState !== "visible" || document.prerendering) return;
      document.removeEventListener("visibilitychange", whenSeen);
      document.removeEventListener("prerenderingchange", whenSeen);
      waiting.requestSubmit();
    };
    document.addEventListener("visibilitychange", whenSeen);
    document.addEventListener("prerenderingchange", whenSeen);
    whenSeen();
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const link = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      link.select();
      button.removeAttribute("aria-label"); // what it says next is what it did
      try {
        await navigator.clipboard.writeText(link.value);
      } catch {
        document.execCommand("copy"); // pages without a secure context have no clipboard
      }
      button.textContent = button.dataset.done;
      document.getElementById(`${button.dataset.copy}-status`).textContent = button.dataset.done;
    });
  }

  // Phones have a sheet with everything that can pass a link on.
  if (navigator.share) {
    for (const button of document.querySelectorAll("button[data-share]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}); // closed unused
      });
    }
  }

  // WordPress shows pages of sites it does not know in a sandbox where nothing can be sent or opened, and listens to
  // those that repeat its secret (wp-includes/js/wp-embed.js): there the form gives way to a link that it follows.
  const secret = new URLSearchParams(location.hash.replace(/^#\??/, "")).get("secret");
  const instead = document.querySelector("[data-instead]");
  if (secret && instead && parent !== window) {
    const tell = (message, value) => parent.postMessage({ message, value, secret }, "*");
    document.querySelector("form[data-once]").replaceWith(instead.content);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link) return;
      event.preventDefault();
      tell("link", link.href);
    });
    const page = document.documentElement;
    new ResizeObserver(() => tell("height", page.offsetHeight)).observe(page); // a frame is wide only once it is shown
  }
})();
