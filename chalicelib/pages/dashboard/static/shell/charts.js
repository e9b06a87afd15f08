// Charts with their numbers as text: a line per day by uPlot, bars as plain elements. Every axis begins at zero.
import { h, table } from "./dom.js";
import { day, language, n, percent, t } from "./words.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const DAY = 86400;

// Every day from the first to the last, including empty ones.
export function series(byDay, today) {
  const days = Object.keys(byDay).sort();
  if (!days.length) return [];
  // biome-ignore lint/complexity/useMathMinMax: days are text
  const last = days.at(-1) > today ? days.at(-1) : today;
  const found = [];
  for (let at = Date.parse(`${days[0]}T00:00:00Z`) / 1000; ; at += DAY) {
    const iso = new Date(at * 1000).toISOString().slice(0, 10);
    found.push([iso, byDay[iso] || 0, at]);
    if (iso >= last) return found;
  }
}

export function line(byDay, today) {
  const points = series(byDay, today);
  if (!points.length) return h("p", { class: "empty" }, t("no_days"));
  const holder = h("div", { class: "chart", role: "img", "aria-label": t("days_of", { n: n(points.length), total: n(points.reduce((sum, [, k]) => sum + k, 0)) }) });
  const numbers = h("details", {}, h("summary", {}, t("as_table")),
    table(t("per_day"), [t("day"), t("confirmed_online")], points.filter(([, k]) => k).reverse().map(([iso, k]) => [day(iso), n(k)]), { unseen: true }));
  draw(holder, points);
  return h("div", {}, holder, numbers);
}

function draw(holder, points) {
  let chart = null;
  const paint = () => {
    const width = Math.floor(holder.clientWidth);
    if (!width) return;
    chart?.destroy();
    const ink = colour("--soft");
    const axis = { stroke: ink, grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
    chart = new window.uPlot({
      width, height: 200, legend: { show: false }, cursor: { show: false }, padding: [12, 28, 0, 0],
      tzDate: (at) => window.uPlot.tzDate(new Date(at * 1e3), "Etc/UTC"),
      scales: { x: { time: true, range: () => (points.length > 1 ? [points[0][2], points.at(-1)[2]] : [points[0][2] - DAY, points[0][2] + DAY]) }, y: { range: (_u, _low, high) => [0, Math.max(4, Math.ceil(high * 1.1))] } },
      axes: [{ ...axis, size: 30, space: 70, incrs: [DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY], values: (_u, ticks) => ticks.map((at) => short.format(new Date(at * 1000))) },
        { ...axis, size: 48, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5], values: (_u, ticks) => ticks.map(n) }],
      series: [{}, { stroke: colour("--accent"), width: 2, fill: colour("--wash"), points: { show: points.length < 32, size: 6, fill: colour("--accent") } }],
    }, [points.map(([, , at]) => at), points.map(([, k]) => k)], holder);
  };
  const theme = matchMedia("(prefers-color-scheme: dark)");
  new ResizeObserver((_sizes, observer) => {
    if (holder.isConnected) return paint();
    observer.disconnect(); // another chart is in its place
    theme.removeEventListener("change", paint);
    chart?.destroy();
  }).observe(holder);
  theme.addEventListener("change", paint);
}

// Bars with their numbers as text are a list that everybody can read. Of `online` signatures, whoever gave none of these labels is a
// line of its own, and so is each pair of `apart`; shares are of the `whole`, so that the lines add up to it.
export function bars(labels, name, { online, apart, whole, most = 5 }) {
  const sorted = Object.entries(labels).sort(([, a], [, b]) => b - a);
  const named = sorted.map(([label, k]) => [name(label), k]);
  const without = online - sorted.reduce((sum, [, k]) => sum + k, 0);
  const rest = named.slice(most);
  return h("div", {}, shares([...named.slice(0, most), ...(without > 0 ? [[t("none_given"), without]] : []), ...apart], whole),
    rest.length ? h("details", {}, h("summary", {}, t("more", { n: n(rest.length) })), shares(rest, whole)) : null);
}

// `pairs` are words and numbers, each a share of `whole`, in this order.
export function shares(pairs, whole) {
  return h("ul", { class: "bars" }, pairs.map(([words, k]) => h("li", {}, h("span", { class: "label" }, words), h("span", { class: "value" }, `${n(k)} · ${percent(k, whole)}`),
    h("span", { class: "track" }, h("span", { class: "fill", "width%": whole ? (100 * k) / whole : 0 })))));
}
