/** The server's answers: JSON, bytes, streams of pictures, and events. */

import { RecordReader } from "./record_reader.js";

const NOT_YET = 503;
const AGAIN = 300;

/** What the server refuses, in its own sentence; `status` is 0 where it did not answer at all. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** Whether the same request may succeed later: the server did not answer, or still reads what it needs for it. */
export function isPassing(error) {
  return error instanceof ApiError && [0, NOT_YET].includes(error.status);
}

/** Get a document, however long the server still reads what it needs for it. */
export async function get(path, signal) {
  for (;;) {
    try {
      return (await ask(path, { signal })).json();
    } catch (error) {
      if (error.status !== NOT_YET) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

export async function post(path, body) {
  return (await ask(path, sending("POST", body))).json();
}

export async function put(path, body) {
  return (await ask(path, sending("PUT", body))).json();
}

/** @returns {Promise<Float64Array>} the seconds at which a video's frames begin, and the end of the last one */
export async function getEdges(video) {
  const answer = await ask(`/api/videos/${encodeURIComponent(video)}/edges`);
  return new Float64Array(await answer.arrayBuffer());
}

/**
 * Fetch pictures of the frames first, first + step, ..., scaled to fit into width x height pixels.
 * @param {string} video
 * @param {{first: number, count: number, step: number, width: number, height: number}} wanted
 * @param {(frame: number, jpeg: Uint8Array) => void} onFrame  in the order asked for; no bytes: it cannot be decoded
 * @param {AbortSignal} signal
 */
export async function frames(video, wanted, onFrame, signal) {
  const path = `/api/videos/${encodeURIComponent(video)}/frames?${new URLSearchParams(wanted)}`;
  const answer = await ask(path, { signal });
  const records = new RecordReader(onFrame);
  const reader = answer.body.getReader();
  for (let part = await read(reader); !part.done; part = await read(reader)) {
    records.take(part.value);
  }
}

/**
 * Listen to what happens in the workspace. The connection is made again whenever it breaks.
 * @param {(event: {kind: string}) => void} onEvent
 * @param {{opened?: () => void, lost?: (forGood: boolean) => void}} onConnection
 */
export function events(onEvent, { opened = () => {}, lost = () => {} } = {}) {
  const source = new EventSource("/api/events");
  source.onopen = opened;
  source.onerror = () => lost(source.readyState === EventSource.CLOSED);
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  return source;
}

function sending(method, body) {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    throw unanswered(error);
  }
  if (!answer.ok) {
    throw new ApiError(await sentenceOf(answer), answer.status);
  }
  return answer;
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (error) {
    throw unanswered(error);
  }
}

function unanswered(error) {
  return error.name === "AbortError" ? error : new ApiError("The server does not answer.", 0);
}

async function sentenceOf(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return `The server answered with status ${answer.status}.`;
  }
}
