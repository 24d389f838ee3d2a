/** A number that is shown, and that becomes a field when it is clicked: what is typed there is jumped to. */

import { make } from "./elements.js";

/**
 * @param {{testid: string, title: string, parse: (text: string) => number|null, jump: (found: number) => void}} field
 *   `parse` returns null for what cannot be understood
 * @returns {{element: HTMLElement, show: (text: string) => void, edit: () => void}}
 */
export function jumpField({ testid, title, parse, jump }) {
  const shown = make("button", { type: "button", className: "readout", title, dataset: { testid } });
  const input = make("input", {
    type: "text", className: "readout", ariaLabel: title, dataset: { testid: `${testid}-field` },
  });
  const element = make("span", { className: "jump" }, shown);
  const done = () => element.firstChild === input && element.replaceChildren(shown);
  const edit = () => {
    input.value = shown.textContent;
    input.setCustomValidity("");
    element.replaceChildren(input);
    input.select();
    input.focus();
  };
  const enter = () => {
    const found = parse(input.value.trim());
    if (found === null) {
      input.setCustomValidity("This cannot be understood.");
      input.reportValidity();
      return;
    }
    done();
    jump(found);
  };
  shown.addEventListener("click", edit);
  input.addEventListener("blur", done);
  input.addEventListener("input", () => input.setCustomValidity(""));
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") {
      enter();
    } else if (event.key === "Escape") {
      done();
    }
  });
  return { element, edit, show: (text) => shown.textContent !== text && (shown.textContent = text) };
}

/** Seconds from "75", "1:15", "1:15.250", "0:01:15", or null. */
export function parseClock(text) {
  const parts = text.replace(",", ".").split(":");
  const last = parts.length - 1;
  const good = parts.every((part, place) => (place < last ? /^\d+$/ : /^\d+(\.\d*)?$/).test(part));
  return good && parts.length <= 3 ? parts.reduce((sum, part) => sum * 60 + Number(part), 0) : null;
}

/** A whole number from "1234", "1,234" or "1 234", or null. */
export function parseFrame(text) {
  const digits = text.replace(/[\s,.'’]/g, "");
  return /^\d+$/.test(digits) ? Number(digits) : null;
}
