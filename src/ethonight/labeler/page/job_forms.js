/** Dialogs for new jobs: a training from marked videos, predictions of a model; each shows the command for the same. */

import { get, post } from "./api.js";
import { openDialog, toast } from "./dialogs.js";
import { make } from "./elements.js";
import { state } from "./store.js";

const COMMAND_MILLISECONDS = 150;

/** Ask what a model is to learn from, and put its training into the table. */
export async function newTraining() {
  const [workspace, jobs] = await Promise.all([get("/api/workspace"), get("/api/jobs")]);
  const pairs = workspace.videos.flatMap(({ name, coders }) => coders.map((coder) => [name, coder]));
  if (pairs.length === 0) {
    toast("Nobody has marked a video yet: there is nothing to learn from.", "error");
    return;
  }
  const form = {
    model: field("model", make("input", { type: "text", name: "model", required: true, placeholder: "mice" })),
    pairs: choices("pairs", pairs.map((pair) => ({ value: pair, text: pair.join(": "), on: pair[1] === state.coder }))),
    features: choices("features", jobs.features.map((name) => ({ value: name, text: name, on: name === "motion" }))),
    subjects: subjectsField(),
    split: field("split", select("split", jobs.splits)),
    exclusive: field("exclusive", make("input", { type: "checkbox", name: "exclusive" })),
  };
  const order = () => ({
    model: form.model.input.value.trim(),
    pairs: form.pairs.chosen(),
    features: form.features.chosen(),
    subjects: form.subjects.chosen(),
    split: [form.split.input.value],
    exclusive: form.exclusive.input.checked,
  });
  openForm("New training", "train", order, [
    row("Model", form.model.input, "A name for what it will recognise."),
    row("Learn from", form.pairs.root, "One coder for each video."),
    row("Features", form.features.root, "motion needs no weights; the others look closer and take longer."),
    row("Subjects", form.subjects.root, "Who is looked at."),
    row("Test", form.split.input, "How videos are held out to measure the model."),
    row("Exclusive", form.exclusive.input, "At most one behaviour at a time."),
  ]);
}

/** Ask for which videos a model is to mark bouts, and put that into the table. */
export async function newPrediction() {
  const workspace = await get("/api/workspace");
  if (workspace.models.length === 0) {
    toast("There is no trained model yet. Train one first.", "error");
    return;
  }
  const model = select("model", workspace.models);
  const names = workspace.videos.map(({ name }) => name);
  const videos = choices("videos", names.map((name) => ({ value: name, text: name, on: name === state.video })));
  openForm("New prediction", "predict", () => ({ model: model.value, videos: videos.chosen() }), [
    row("Model", model, ""),
    row("Videos", videos.root, "Only what is missing or older than the model is computed."),
  ]);
}

/** Show a form with the command that does the same below it, and order what it says. */
function openForm(title, task, order, rows) {
  const command = make("code", { className: "command", dataset: { testid: "command" } });
  const copy = make("button", {
    type: "button", className: "quiet", on: { click: () => copied(command.textContent) },
  }, "Copy");
  const body = make("form", { className: "job-form", on: { submit: (event) => event.preventDefault() } },
    ...rows, row("As a command", make("div", { className: "command-line" }, command, copy), ""));
  const show = calmly(() => showCommand(command, task, order()));
  body.addEventListener("input", show);
  show();
  openDialog({ title, body, actions: [
    { label: "Cancel" },
    { label: "Put into the table", run: () => send(task, order()), primary: true },
  ] });
}

/** Order it; what is refused is told by the dialog, which stays open. */
async function send(task, order) {
  const answer = await post(`/api/jobs/${task}`, order);
  toast(answer.message, "done");
}

async function showCommand(element, task, order) {
  try {
    const answer = await post("/api/jobs/command", { task, ...order });
    element.textContent = answer.command || answer.problem;
    element.classList.toggle("problem", answer.command === "");
  } catch (error) {
    element.textContent = error.message;
    element.classList.add("problem");
  }
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.", "done");
  } catch {
    toast("The browser does not let this page copy; select the text instead.", "error");
  }
}

/** Return a function that calls `action` when it was not called again for a moment. */
function calmly(action) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, COMMAND_MILLISECONDS);
  };
}

function field(name, input) {
  input.dataset.testid = `job-${name}`;
  return { input };
}

function subjectsField() {
  const kind = select("subjects", ["frame", "blobs", "tracks"]);
  const count = make("input", {
    type: "number", min: "1", max: "200", value: "2", hidden: true, ariaLabel: "How many animals",
  });
  kind.addEventListener("input", () => {
    count.hidden = kind.value !== "blobs";
  });
  const chosen = () => (kind.value === "blobs" ? `blobs:${count.value}` : kind.value);
  return { root: make("span", {}, kind, count), chosen };
}

/** Several things of which any number can be chosen. `chosen()` returns their values. */
function choices(name, options) {
  const boxes = options.map(({ text, on }) => make("input", {
    type: "checkbox", checked: on, dataset: { testid: `job-${name}-${text}` },
  }));
  const labels = options.map(({ text }, place) => make("label", {}, boxes[place], ` ${text}`));
  const root = make("div", { className: "job-choices" }, ...labels);
  return { root, chosen: () => options.filter((_, place) => boxes[place].checked).map(({ value }) => value) };
}

function select(name, values) {
  const options = values.map((value) => make("option", { value }, value));
  return make("select", { name, dataset: { testid: `job-${name}` } }, ...options);
}

function row(title, input, hint) {
  return make("div", { className: "job-field" },
    make("span", { className: "job-field-title" }, title),
    make("div", {}, input, ...(hint ? [make("p", { className: "dim" }, hint)] : [])),
  );
}
