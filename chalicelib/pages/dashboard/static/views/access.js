// What a member or a key may do, to be chosen: the permissions, campaigns by ticks, one organisation's signers from a list.
import { get, of } from "../shell/api.js";
import { field, fill, h, select, tick, unique } from "../shell/dom.js";
import { choices, language, t } from "../shell/words.js";

const EVERY = "*";
const title = (line) => line.titles[language] || line.title;

// `{ elements, value() }`; `value` gives `{ role, campaigns, sponsor }`. `now` is what is allowed today.
export async function accessFields(now = { role: "organizer", campaigns: [EVERY], sponsor: null }) {
  const { campaigns } = await get("/campaigns?archived=true");
  const sponsors = new Map(); // by campaign, once they are needed
  const role = select(choices.roles.map((one) => [one, t(`role_${one}`)]), now.role);
  const group = unique("reach");
  const radio = (label, attributes) => {
    const id = unique("reach");
    return h("div", { class: "tick" }, h("input", { type: "radio", name: group, id, ...attributes }), h("label", { for: id }, label));
  };
  const all = radio(t("all_campaigns"), { checked: now.campaigns.includes(EVERY) });
  const some = radio(t("some_campaigns"), { checked: !now.campaigns.includes(EVERY) });
  const ticks = campaigns.map((line) => tick(title(line), { value: line.id, checked: now.campaigns.includes(line.id) }));
  const list = h("div", { class: "ticks" }, ticks);
  const sponsor = h("select", {});
  const bound = h("div", {}, field(t("sponsor_optional"), sponsor, { hint: t("sponsor_hint") }));
  const reach = h("fieldset", {}, h("legend", {}, t("which_campaigns")), all, some, list);

  const isEvery = () => role.value === "admin" || all.firstChild.checked;
  const ticked = () => ticks.map((one) => one.firstChild).filter((box) => box.checked).map((box) => box.value);
  async function sponsorsOf(ids) {
    const unknown = ids.filter((id) => !sponsors.has(id));
    const documents = await Promise.all(unknown.map((id) => get(of(id))));
    unknown.forEach((id, place) => {
      sponsors.set(id, documents[place].sponsors);
    });
    return ids.flatMap((id) => sponsors.get(id));
  }
  async function follow() {
    reach.hidden = role.value === "admin";
    list.hidden = isEvery();
    bound.hidden = isEvery() || role.value === "admin";
    const chosen = sponsor.value || now.sponsor || "";
    const named = new Map(bound.hidden ? [] : (await sponsorsOf(ticked())).map((one) => [one.id, one.name]));
    if (now.sponsor && !named.has(now.sponsor)) named.set(now.sponsor, now.sponsor);
    fill(sponsor, [["", t("everybodys_signers")], ...named].map(([id, name]) => h("option", { value: id, selected: id === chosen }, name)));
  }
  for (const one of [role, reach]) one.addEventListener("change", () => follow());
  await follow();
  return {
    elements: [field(t("role"), role), reach, bound],
    value: () => ({ role: role.value, campaigns: isEvery() ? [EVERY] : ticked(), sponsor: (!bound.hidden && sponsor.value) || null }),
  };
}

// Campaigns by title, for a table.
export async function campaignTitles() {
  const { campaigns } = await get("/campaigns?archived=true");
  return new Map(campaigns.map((line) => [line.id, title(line)]));
}

export const reachWords = (one, titles) => {
  const where = one.campaigns.includes(EVERY) ? t("all_campaigns") : one.campaigns.map((id) => titles.get(id) || id).join(", ") || t("no_campaigns_yet");
  return one.sponsor ? `${where} · ${t("only_of", { sponsor: one.sponsor })}` : where;
};
