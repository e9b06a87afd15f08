// What becomes of a campaign's colour on light and dark pages: the same reckoning as the server's (accent_colours.py), for showing only.
const BACKGROUNDS = { light: ["#fbfaf7", "#000000", "#ffffff"], dark: ["#1f1f1c", "#ffffff"] };
const [LEAST, STEP, WASH] = [4.5, 0.04, 0.1];

const channels = (colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
const round = (value) => { const down = Math.floor(value); return value - down === 0.5 ? down + (down % 2) : Math.round(value); }; // as Python does
const mix = (first, second, share) => {
  const to = channels(second);
  return `#${channels(first).map((value, at) => round(value + (to[at] - value) * share).toString(16).padStart(2, "0")).join("")}`;
};

function luminance(colour) {
  const [red, green, blue] = channels(colour).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// From 1 (the same colour) to 21 (black on white), as WCAG 2.2 defines it.
export function contrast(first, second) {
  const [dark, light] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// The colour as a page of that theme shows it: no darker or lighter than it must be to be read.
export function shade(accent, theme) {
  const [background, towards, on = mix("#000000", accent, WASH)] = BACKGROUNDS[theme];
  let found = accent;
  for (let shift = STEP; Math.min(contrast(found, mix(background, found, WASH)), contrast(found, on)) < LEAST; shift += STEP) found = mix(accent, towards, Math.min(shift, 1));
  return found;
}
