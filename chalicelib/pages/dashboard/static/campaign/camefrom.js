// Which pages and campaigns of newsletters signers came from: reckoned here from the newest signatures, since only sources are counted.
import { get, of } from "../shell/api.js";
import { shares } from "../shell/charts.js";
import { h } from "../shell/dom.js";
import { unfolding } from "../shell/folds.js";
import { n, t } from "../shell/words.js";

const [PAGE, PAGES, MOST] = [200, 5, 8];

export const cameFrom = ({ id }) => unfolding(t("came_from"), async () => {
  const found = [];
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await get(of(id, `/signatures?${new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) })}`));
    found.push(...answer.signatures.filter((one) => one.state === "confirmed"));
    cursor = answer.cursor;
    if (!cursor) break;
  }
  const host = (url) => (URL.canParse(url) ? new URL(url).host : "");
  return [h("p", { class: "aside" }, t("came_from_of", { n: n(found.length) })), h("div", { class: "grid" },
    part(t("fact_referrer"), found.map((one) => host(one.referrer || ""))), part(t("came_from_campaign"), found.map((one) => one.utm?.utm_campaign || "")))];
});

function part(words, labels) {
  const counted = new Map();
  for (const label of labels) counted.set(label, (counted.get(label) || 0) + 1);
  const sorted = [...counted].filter(([label]) => label).sort(([, a], [, b]) => b - a);
  const rest = sorted.slice(MOST).reduce((sum, [, k]) => sum + k, 0);
  const lines = [...sorted.slice(0, MOST), ...(rest ? [[t("source_other"), rest]] : []), ...(counted.get("") ? [[t("none_given"), counted.get("")]] : [])];
  return h("section", {}, h("h4", {}, words), shares(lines, labels.length));
}
