/** Dialogs and short notices. */

import { make } from "./elements.js";

const NOTICE_MS = 4500;
const ERROR_MS = 12000;
/** What a person begins with in a dialog. */
const FIRST = ".dialog-body :is(input, select, textarea):not([readonly], :disabled), footer .primary";

/**
 * Open a dialog; Escape closes it. An action closes it too, unless its `run` returns or resolves to false.
 * @param {{title: string, body: Node, wide?: boolean,
 *   actions: {label: string, run?: () => unknown, primary?: boolean, danger?: boolean}[]}} content
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, body, actions = [{ label: "Close" }], wide = false }) {
  const dialog = make("dialog", { className: wide ? "dialog wide" : "dialog", ariaLabel: title });
  const close = make("button", {
    type: "button", className: "quiet close", title: "Close (Escape)", ariaLabel: "Close",
    on: { click: () => dialog.close() },
  }, "✕");
  const buttons = actions.map((action) => actionButton(action, dialog));
  dialog.append(
    make("header", {}, make("h2", {}, title), close),
    make("div", { className: "dialog-body" }, body),
    make("footer", {}, ...buttons),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector(FIRST) ?? buttons.at(-1))?.focus();
  return dialog;
}

/** Tell something in passing. @param {"info"|"error"|"done"} kind */
export function toast(message, kind = "info") {
  const root = document.getElementById("toasts");
  const same = [...root.children].find((one) => one.dataset.text === message);
  same?.remove();
  const notice = make("div", {
    className: `toast ${kind}`, role: kind === "error" ? "alert" : "status",
    dataset: { testid: "toast", text: message },
  }, make("span", {}, message));
  const away = () => notice.remove();
  notice.append(
    make("button", { type: "button", className: "quiet", ariaLabel: "Dismiss", on: { click: away } }, "✕"),
  );
  root.append(notice);
  setTimeout(away, kind === "error" ? ERROR_MS : NOTICE_MS);
}

function actionButton({ label, run, primary, danger }, dialog) {
  const button = make("button", { type: "button", className: primary ? "primary" : danger ? "danger" : "" }, label);
  button.addEventListener("click", async () => {
    button.disabled = true; // Once is enough, also where the server takes its time.
    try {
      if ((await run?.()) !== false) {
        dialog.close();
      }
    } catch (error) {
      toast(error.message, "error");
    } finally {
      button.disabled = false;
    }
  });
  return button;
}
