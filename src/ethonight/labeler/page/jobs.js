/** The panel "Jobs": the job table as it is now, what to do with each job, new jobs, and reports. */

import { get, post } from "./api.js";
import { openDialog, toast } from "./dialogs.js";
import { make } from "./elements.js";
import { newPrediction, newTraining } from "./job_forms.js";
import { addPanel } from "./panels.js";
import { watch } from "./store.js";

const LOG_SECONDS = 2;
const MOST = 300;
const RETRY = { done: "Run again", failed: "Retry", skip: "Do not skip" };
const SKIP = new Set(["pending", "running", "failed"]);
const FIRST_SHOWN = ["running", "failed", "pending"];
const TO_BE_RUN = new Set(["pending", "failed"]);

/** Add the panel to the page. */
export function addJobsPanel() {
  addPanel({ name: "jobs", title: "Jobs", render: (root) => new JobsPanel(root) });
}

class JobsPanel {
  #asking = false;
  #again = false;

  constructor(root) {
    root.classList.add("jobs-panel");
    this.runner = make("p", { className: "dim", dataset: { testid: "runner" } });
    this.run = button("Run now", () => act("run"), {
      title: "Start everything that is pending, as: pixi run overnight", dataset: { testid: "run-now" },
    });
    this.list = make("div", { className: "jobs-list", role: "list" });
    this.reports = make("div", { className: "jobs-reports" });
    root.replaceChildren(
      make("div", { className: "jobs-actions" },
        button("New training…", newTraining, { dataset: { testid: "new-training" } }),
        button("New prediction…", newPrediction, { dataset: { testid: "new-prediction" } }),
        this.run,
        button("Log", () => showLog(""), { title: "What the run that was started here prints" }),
      ),
      this.runner,
      this.list,
      make("h2", {}, "Reports"),
      this.reports,
    );
    watch(["jobsChanged"], () => this.#ask());
    this.#ask();
  }

  /** Ask for the table; while an answer is on its way, once more behind it. */
  async #ask() {
    this.#again = this.#asking;
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    try {
      const [table, reports] = await Promise.all([get("/api/jobs"), get("/api/reports")]);
      this.#draw(table, reports);
    } catch (error) {
      this.runner.textContent = error.message;
    } finally {
      this.#asking = false;
    }
    if (this.#again) {
      this.#ask();
    }
  }

  #draw(table, reports) {
    this.run.disabled = table.runner !== "" || !table.jobs.some(({ status }) => TO_BE_RUN.has(status));
    this.runner.textContent = table.runner === "" ? countsText(table.counts) : `Running: ${table.runner}`;
    const newest = table.jobs.slice(-MOST).reverse();
    const byNeed = [...FIRST_SHOWN, ""].flatMap((status) => newest.filter((job) => shownAs(job) === status));
    this.list.replaceChildren(...byNeed.map(jobRow), ...furtherJobs(table.jobs.length - MOST));
    const links = [...reports.models.flatMap(modelLinks), ...reports.ethograms.map(ethogramLink)];
    this.reports.replaceChildren(...(links.length > 0 ? links : [make("p", { className: "dim" }, "None yet.")]));
  }
}

/** Where a job stands in the list: with those of its status, or "" behind all that a person may want to act on. */
function shownAs({ status }) {
  return FIRST_SHOWN.includes(status) ? status : "";
}

function countsText(counts) {
  const parts = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  return parts.length > 0 ? parts.join(", ") : "No jobs yet. Mark some bouts, then train a model from them.";
}

function jobRow(job) {
  const time = job.minutes && job.status !== "pending" ? `${job.minutes} min` : "";
  return make("div", {
    className: "job", role: "listitem", dataset: { testid: `job-${job.settings}`, status: job.status },
  },
    make("div", { className: "job-head" },
      make("span", { className: `job-status ${job.status}` }, job.status),
      make("b", {}, job.task || "?"),
      make("span", { className: "job-video", title: job.settings }, job.video || job.settings),
      make("span", { className: "dim", title: startedText(job) }, job.stage || time),
    ),
    ...(job.message ? [make("p", { className: "job-message" }, job.message)] : []),
    make("div", { className: "job-tools" },
      ...(RETRY[job.status] ? [tool(job, "retry", RETRY[job.status])] : []),
      ...(SKIP.has(job.status) ? [tool(job, "skip", "Skip")] : []),
      ...(job.started ? [button("Log", () => showLog(job.settings), { className: "quiet" })] : []),
    ),
  );
}

function furtherJobs(count) {
  return count > 0 ? [make("p", { className: "dim" }, `${count} older ones: pixi run status`)] : [];
}

function startedText(job) {
  return job.started ? `Started ${job.started}${job.finished ? `, ended ${job.finished}` : ""}` : "Not started yet";
}

function tool(job, action, text) {
  return button(text, () => act(action, { settings: job.settings }), {
    className: "quiet", dataset: { testid: `${action}-${job.settings}` },
  });
}

/** Do something with the table; what follows from it comes as an event. */
async function act(action, body = {}) {
  try {
    await post(`/api/jobs/${action}`, body);
  } catch (error) {
    toast(error.message, "error");
  }
}

/** Show the end of a job's log, "" for that of the run, as long as the dialog is open. */
function showLog(settings) {
  const text = make("pre", { className: "job-log", dataset: { testid: "job-log" } }, "…");
  openDialog({ title: settings || "The run", body: text, actions: [{ label: "Close", primary: true }] });
  follow(settings, text);
}

async function follow(settings, text) {
  try {
    const log = await get(`/api/jobs/log?settings=${encodeURIComponent(settings)}`);
    text.textContent = log.text || "Nothing was printed yet.";
  } catch (error) {
    text.textContent = error.message;
  }
  text.scrollTop = text.scrollHeight;
  setTimeout(() => text.isConnected && follow(settings, text), LOG_SECONDS * 1000);
}

function modelLinks({ name, evaluations }) {
  const folder = `/reports/${encodeURIComponent(name)}`;
  const pathOf = (evaluation) => `${folder}/evaluations/${encodeURIComponent(evaluation)}/report.html`;
  const rest = evaluations.map((evaluation) => link(pathOf(evaluation), `${name}: ${evaluation}`));
  return [link(`${folder}/report.html`, name), ...rest];
}

function ethogramLink({ video, model }) {
  const path = `/api/videos/${encodeURIComponent(video)}/ethograms/${encodeURIComponent(model)}`;
  return link(path, `${video}, ${model}: ethogram`);
}

function link(href, text) {
  return make("a", { href, target: "_blank", rel: "noopener" }, text);
}

function button(text, click, properties = {}) {
  return make("button", { type: "button", ...properties, on: { click: () => click() } }, text);
}
