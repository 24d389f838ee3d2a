/** The tabs on the right: each panel is built when it is first shown. */

import { make } from "./elements.js";

const SHOWN = "ethonight.panel";
const panels = new Map();
let tabs = null;
let bodies = null;
let shown = null;

/** Say where tabs and panels stand in the page. Panels may be added before. */
export function mountPanels(tabsRoot, bodiesRoot) {
  tabs = tabsRoot;
  bodies = bodiesRoot;
  tabs.addEventListener("keydown", walk);
  panels.forEach(place);
}

/**
 * @param {{name: string, title: string, render: (root: HTMLElement) => void, shown?: () => void}} panel
 *   `render` fills the panel once; `shown` runs each time that it comes into sight
 */
export function addPanel(panel) {
  const entry = { ...panel, tab: tabOf(panel), body: null };
  panels.set(panel.name, entry);
  if (tabs) {
    place(entry);
  }
}

/** Bring a panel to the front. */
export function showPanel(name) {
  const entry = panels.get(name);
  if (!entry || entry === shown) {
    return;
  }
  shown = entry;
  localStorage.setItem(SHOWN, name);
  if (!entry.body) {
    entry.body = make("section", { className: "panel", role: "tabpanel", dataset: { testid: `panel-${name}` } });
    bodies.append(entry.body);
    entry.render(entry.body);
  }
  for (const { tab, body } of panels.values()) {
    tab.ariaSelected = String(tab === entry.tab);
    tab.tabIndex = tab === entry.tab ? 0 : -1;
    body?.toggleAttribute("hidden", body !== entry.body);
  }
  entry.shown?.();
}

function tabOf({ name, title }) {
  return make("button", {
    type: "button", className: "tab", role: "tab", ariaSelected: "false", dataset: { testid: `tab-${name}` },
    on: { click: () => showPanel(name) },
  }, title);
}

function place(entry) {
  tabs.append(entry.tab);
  if (!shown || localStorage.getItem(SHOWN) === entry.name) {
    const before = localStorage.getItem(SHOWN);
    showPanel(entry.name);
    if (before) {
      localStorage.setItem(SHOWN, before); // The first panel fills the place until the remembered one is added.
    }
  }
}

/** The arrows go from tab to tab, as the keyboard's users expect. */
function walk(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) {
    return;
  }
  event.stopPropagation();
  event.preventDefault();
  const names = [...panels.keys()];
  const next = names[(names.indexOf(shown?.name) + step + names.length) % names.length];
  showPanel(next);
  panels.get(next).tab.focus();
}
