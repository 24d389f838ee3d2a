/** Other coders and models whose bouts are shown beside the coder's own, and how far a coder agrees. */

import { get } from "./api.js";
import { BoutIndex } from "./bout_index.js";
import { pathOf } from "./coding.js";
import { toast } from "./dialogs.js";
import { state, update, watch } from "./store.js";

const REST = 1500;
let timer = 0;

/** The sources that this video offers: [{name, kind: "coder"|"model", scores: boolean}]. */
export function offered() {
  const coders = (state.about?.coders ?? []).filter((name) => name !== state.coder);
  const models = state.about?.predictions ?? [];
  return [
    ...coders.map((name) => ({ name, kind: "coder", scores: false })),
    ...models.map(({ model, scores }) => ({ name: model, kind: "model", scores })),
  ];
}

/** Show a source beside the coder's bouts, or no longer. */
export async function show(source, on) {
  if (!on) {
    const sources = new Map(state.sources);
    sources.delete(source.name);
    update({ sources });
    return;
  }
  try {
    const { video } = state;
    const marks = source.kind === "coder" ? await coderMarks(source.name) : await modelMarks(source.name);
    if (video === state.video) {
      const shown = { ...source, bouts: new BoutIndex(marks), agreement: null };
      update({ sources: new Map(state.sources).set(source.name, shown) });
    }
    await compare();
  } catch (error) {
    toast(error.message, "error");
  }
}

/** Read again what is shown: changes may have been missed. */
export async function readSourcesAgain() {
  await Promise.all([...state.sources.values()].map((source) => show(source, true)));
}

/** Take note of another coder's change. */
export function heardOther(event) {
  const source = state.sources.get(event.coder);
  if (event.video === state.video && source?.kind === "coder") {
    source.bouts.apply(event.delta.removed, event.delta.added);
    update({ sources: new Map(state.sources) });
    compareSoon();
  }
}

/** Measure the agreement anew, a little after the last change. */
export function followAgreement() {
  watch(["version"], compareSoon);
}

function compareSoon() {
  clearTimeout(timer);
  timer = setTimeout(compare, REST);
}

async function compare() {
  const comparable = state.bouts?.size > 0; // Whoever has marked nothing may have no file yet.
  const coders = [...state.sources.values()].filter((source) => comparable && source.kind === "coder");
  for (const source of coders) {
    const query = new URLSearchParams({ coders: `${state.coder},${source.name}` });
    const agreement = await get(`/api/agreement/${encodeURIComponent(state.video)}?${query}`).catch(() => null);
    if (state.sources.get(source.name)?.bouts === source.bouts) {
      const sources = new Map(state.sources).set(source.name, { ...source, agreement });
      update({ sources });
    }
  }
}

async function coderMarks(name) {
  return (await get(pathOf(state.video, name))).marks;
}

async function modelMarks(name) {
  const path = `/api/videos/${encodeURIComponent(state.video)}/predictions/${encodeURIComponent(name)}`;
  const { bouts } = await get(path);
  return bouts.map(([label, first, stop, subject, score], id) => ({ id, label, first, stop, subject, score }));
}
