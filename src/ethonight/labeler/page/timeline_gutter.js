/** The names of the lanes, left of the timeline; beside the rows of other coders, how far they agree. */

/**
 * @param {HTMLElement} root  scrolls, and with it the lanes
 * @param {import("./timeline_lanes.js").Lane[]} lanes
 * @param {number} height  of all lanes, CSS pixels
 * @param {{subject: string, sources: Map<string, object>}} shown
 */
export function drawGutter(root, lanes, height, { subject, sources }) {
  const sheet = document.createElement("div");
  sheet.className = "lane-sheet";
  sheet.style.height = `${height}px`;
  const measured = new Set(); // Agreement is that of a behaviour, of all subjects together: it is shown once.
  for (const lane of lanes) {
    const label = lane.thin.length > 0 && !measured.has(lane.label) ? lane.label : null;
    sheet.append(nameOf(lane, subject), ...lane.thin.map((thin) => thinName(thin, sources.get(thin.name), label)));
    measured.add(label);
  }
  root.replaceChildren(sheet);
}

function nameOf(lane, subject) {
  const element = document.createElement("div");
  element.className = "lane-name";
  element.classList.toggle("chosen", subject !== "" && lane.subject === subject);
  element.dataset.testid = `lane-${lane.label}${lane.subject ? `-${lane.subject}` : ""}`;
  element.style.top = `${lane.top}px`;
  element.style.height = `${lane.bar}px`;
  element.title = [lane.label, lane.subject].filter(Boolean).join(", ");
  const swatch = document.createElement("i");
  swatch.className = lane.point ? "swatch point" : "swatch";
  swatch.style.background = lane.leads ? lane.colour : "transparent";
  const label = document.createElement("span");
  label.className = "lane-label";
  label.textContent = lane.leads ? lane.label : "";
  const owner = document.createElement("span");
  owner.className = "lane-subject";
  owner.textContent = lane.subject;
  element.append(swatch, label, owner);
  return element;
}

function thinName(thin, source, label) {
  const element = document.createElement("div");
  element.className = `lane-thin of-${thin.kind}`;
  element.style.top = `${thin.top}px`;
  element.style.height = `${thin.height}px`;
  element.append(thin.name, label === null ? "" : agreementOf(source, label));
  return element;
}

function agreementOf(source, label) {
  const element = document.createElement("span");
  const found = source?.agreement?.labels.find((one) => one.label === label);
  if (found) {
    const text = (number) => (number === null ? "–" : number.toFixed(2));
    element.className = "agreement";
    element.textContent = `κ ${text(found.kappa)}  F1 ${text(found.f1)}`;
    element.title = "Agreement over the frames that both have scored: Cohen's kappa, and F1.";
  }
  return element;
}
