// Runs in the frame of the style picker, whose origin is its own: shows the form as the dashboard says. It can send nothing from there.
addEventListener("message", (event) => {
  if (event.source !== parent) return;
  const { attributes, styles } = event.data;
  const form = document.createElement("undersigned-form");
  for (const [name, value] of Object.entries(attributes)) form.setAttribute(name, value);
  for (const [name, value] of Object.entries({ display: "block", ...styles })) form.style.setProperty(name, value);
  document.body.replaceChildren(form);
});
parent.postMessage("ready", "*");
