// The packet to hand over: requested, watched while it is made, and fetched.
import { Refused, call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h, select, tick } from "../shell/dom.js";
import { manages } from "../shell/roles.js";
import { choices, language as spoken, languageTitle, moment, n, percent, t } from "../shell/words.js";

const EVERY = 1500; // ms between two looks while one is being made
const LINK_LASTS = 10 * 60_000; // ms; the server's links last somewhat longer

export async function packets(one) {
  if (!manages(one.me)) return null;
  const watched = await listOf(one);
  return h("section", { "aria-labelledby": "h-packet" }, h("h2", { id: "h-packet" }, t("packet")), h("p", { class: "hint" }, t("packet_text")), form(one, watched.refresh), watched.list);
}

function form(one, refresh) {
  const own = (spoken in one.document.texts ? spoken : one.document.default_language).split("-")[0];
  const language = select(choices.mail_languages.map((code) => [code, languageTitle(code)]), choices.mail_languages.includes(own) ? own : "en");
  const target = h("input", { maxlength: "200", autocomplete: "off", value: targetsOf(one, language.value) });
  const group = select(choices.packet_groups.filter((name) => name !== "region" || one.document.fields.some((field_) => field_.name === name)).map((name) => [name, t(`group_${name}`)]), choices.packet_groups[0]);
  const paper = select(choices.papers.map((name) => [name, t(`paper_${name}`)]), choices.papers[0]);
  const names = one.document.hands_over === "all" ? select(choices.packet_names.map((name) => [name, t(`packet_names_${name}`)]), "all") : null;
  const comments = one.document.show_comments ? tick(t("packet_comments")) : null;
  let [offered, wrong] = [target.value, new Map()];
  const place = h("div", { class: "stack" });
  const controls = h("div", { class: "pair packet" });
  // Whom the campaign addresses, until somebody writes another name.
  language.addEventListener("change", () => {
    const isOffered = target.value === offered;
    offered = targetsOf(one, language.value);
    if (isOffered) target.value = offered;
  });

  const paint = () => {
    const others = [...wrong].filter(([name]) => name !== "target").map(([, message]) => h("p", { class: "wrong" }, message));
    fill(controls, field(t("packet_target"), target, { hint: t("packet_target_hint"), error: wrong.get("target") }), field(t("language"), language), field(t("packet_grouped"), group), field(t("packet_paper"), paper), names ? field(t("packet_names"), names) : null);
    fill(place, controls, comments, h("div", { role: "alert" }, others), h("button", { class: "button" }, t("packet_make")));
  };
  paint();

  const make = actionHandler(async () => {
    const body = { language: language.value, group_by: group.value, paper: paper.value, names: names?.value ?? "public", comments: comments?.querySelector("input").checked ?? false };
    if (target.value !== offered) body.target = target.value.trim(); // or the server writes one name a line
    wrong = new Map();
    try {
      await call("POST", of(one.id, "/packets"), { body });
    } catch (problem) {
      if (!(problem instanceof Refused) || !problem.errors.length) throw problem;
      wrong = new Map(problem.errors.map((error) => [error.field, error.message]));
    }
    paint();
    if (wrong.has("target")) target.focus();
    if (wrong.size) return;
    say(t("packet_begun"));
    await refresh();
  });
  return h("form", { onsubmit: make, novalidate: true }, place);
}

const targetsOf = ({ document: document_ }, language) => document_.targets.map((target) => target.names?.[language] || target.name).join(", ");
const isBusy = ({ state }) => state === "queued" || state === "running";

// A line stays the same element while nothing of it changes, so that it keeps the focus.
async function listOf(one) {
  const list = h("ul", { class: "exports" });
  let lines = new Map();
  let timer = 0;

  async function refresh() {
    clearTimeout(timer);
    const listed = (await get(of(one.id, "/packets"))).packets.filter(({ state }) => state !== "deleted").slice(0, 8);
    const drawn = new Map(listed.map((packet) => [packet.id, lineOf(packet, lines.get(packet.id))]));
    if (listed.some((packet) => packet.state === "done" && lines.get(packet.id)?.isBusy)) say(t("packet_done"));
    const isSame = drawn.size === lines.size && [...drawn].every(([id, line]) => lines.get(id)?.element === line.element);
    lines = drawn;
    if (!isSame || !listed.length) fill(list, listed.length ? [...lines.values()].map((line) => line.element) : h("li", { class: "empty" }, t("packets_none")));
    if (listed.some(isBusy)) timer = setTimeout(() => list.isConnected && refresh().catch(again), EVERY);
  }
  const again = () => { timer = setTimeout(() => list.isConnected && refresh().catch(again), 4 * EVERY); };

  function lineOf(packet, before) {
    if (before?.isBusy && isBusy(packet)) {
      before.progress.value = packet.progress;
      fill(before.told, percent(packet.progress, 1));
      return before;
    }
    if (before?.state === packet.state) return Object.assign(before, { link: linkOf(before.anchor, packet) });
    const [progress, told] = [h("progress", { max: 1, value: packet.progress, "aria-label": t("packet_progress") }), h("p", { class: "aside" }, percent(packet.progress, 1))];
    const anchor = packet.state === "done" ? h("a", { class: "button quiet", rel: "noreferrer", onclick: fresh(packet.id) }, t("packet_download"), h("span", { class: "unseen" }, `: ${moment(packet.created_at)}`)) : null;
    const about = [packet.target.replaceAll("\n", ", "), languageTitle(packet.language), packet.comments ? t("packet_comments") : "", packet.names === "all" ? t("packet_names_all") : ""].filter(Boolean).join(" · ");
    const element = h("li", {}, h("div", {}, h("strong", {}, moment(packet.created_at)), h("span", { class: "aside" }, ` ${about}`)),
      isBusy(packet) ? h("div", {}, progress, told) : null,
      packet.state === "failed" ? h("p", { class: "aside" }, t("packet_failed")) : null,
      h("div", { class: "row" }, anchor, anchor ? h("span", {}, sizeOf(packet)) : null, removal(packet), anchor ? h("span", { class: "aside" }, t("until", { when: moment(packet.expires_at) })) : null));
    return { element, anchor, progress, told, state: packet.state, isBusy: isBusy(packet), link: linkOf(anchor, packet) };
  }

  function linkOf(anchor, packet) {
    anchor?.setAttribute("href", packet.url);
    return Date.now();
  }

  // A link that was fetched long ago works no more: another one takes its place before it is followed.
  const fresh = (id) => (event) => {
    const line = lines.get(id);
    if (Date.now() - line.link < LINK_LASTS) return;
    event.preventDefault();
    actionHandler(async () => {
      line.link = linkOf(line.anchor, await get(of(one.id, `/packets/${id}`)));
      line.anchor.click();
    })();
  };

  const removal = (packet) => h("button", { class: "link", type: "button", onclick: actionHandler(async () => {
    if (!(await ask(t("packet_remove_ask"), t("packet_remove_text"), t("remove"), { danger: true }))) return;
    await call("DELETE", of(one.id, `/packets/${packet.id}`));
    await refresh();
    say(t("packet_deleted"));
  }) }, t("remove"), h("span", { class: "unseen" }, `: ${moment(packet.created_at)}`));

  await refresh();
  return { list, refresh };
}

const sizeOf = ({ pages, signatures }) => t(signatures === 1 ? "packet_size_one" : "packet_size", { pages: n(pages), names: n(signatures) });
