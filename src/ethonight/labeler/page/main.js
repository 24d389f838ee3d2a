/** Puts the page together: what it shows, what it listens to, and where it begins. */

import { go, keepAddress, whereLeft, whereTo } from "./address.js";
import { addBoutsPanel } from "./bouts_table.js";
import { mountBehaviours } from "./behaviours.js";
import { pressed } from "./behaviour_keys.js";
import { heard, loadCoding } from "./coding.js";
import { listen } from "./commands.js";
import { connect, mountBanner } from "./connection.js";
import { toast } from "./dialogs.js";
import { addExchangePanel } from "./exchange.js";
import { mountHead } from "./head.js";
import { addJobsPanel } from "./jobs.js";
import { addMarkingCommands } from "./marking_commands.js";
import { closeVideo, loadEthogram, openVideo, refreshAbout } from "./opening.js";
import { mountOverlay } from "./overlay.js";
import { mountPanels } from "./panels.js";
import { mountPicture } from "./picture.js";
import { resized, setSpeed, SPEEDS } from "./player.js";
import { addPlayerCommands } from "./player_commands.js";
import { addReviewPanel } from "./review.js";
import { addReviewCommands } from "./review_commands.js";
import { heardOther, readSourcesAgain } from "./sources.js";
import { addSplitter } from "./splitters.js";
import { mountStage } from "./stage.js";
import { loadWorkspace, mountStart, rememberCoder, rememberedCoder } from "./start.js";
import { state, update, watch } from "./store.js";
import { mountTimeline } from "./timeline.js";
import { mountTransport } from "./transport.js";

const SPEED = "ethonight.speed";
const place = (id) => document.getElementById(id);

/** What an event makes the page read again, or take note of. */
const HEARD = {
  coding: (event) => {
    heard(event);
    heardOther(event);
  },
  ethogram: loadEthogram,
  workspace: () => Promise.all([loadWorkspace(), refreshAbout()]),
  jobs: () => update({ jobsChanged: performance.now() }),
};

function build() {
  addPlayerCommands();
  mountBanner(place("banner"));
  mountHead(place("head"));
  mountStart(place("start"));
  mountPicture(place("picture-area"), resized);
  mountOverlay(place("picture-area"));
  mountStage(place("picture-area"));
  mountTransport(place("transport"));
  mountPanels(place("tabs"), place("panels"));
  mountBehaviours(place("behaviours-area"));
  mountTimeline(place("timeline-area"));
  addBoutsPanel();
  addReviewPanel();
  addJobsPanel();
  addExchangePanel();
  addSplitter(place("left-edge"), { name: "left", side: "left", least: 160, most: () => innerWidth * 0.35 });
  addSplitter(place("right-edge"), { name: "right", side: "right", least: 240, most: () => innerWidth * 0.5 });
  addSplitter(place("bottom-edge"), { name: "bottom", side: "bottom", least: 120, most: () => innerHeight * 0.7 });
  addMarkingCommands();
  addReviewCommands();
  listen(pressed);
}

/** Show what an address says: a video, or the start page. */
async function follow({ video, coder, frame }) {
  const who = coder ?? rememberedCoder();
  document.body.dataset.view = video && who ? "video" : "start";
  if (!video || !who) {
    closeVideo();
    await loadWorkspace();
    document.documentElement.dataset.ready = "start";
  } else if (video !== state.video || who !== state.coder) {
    rememberCoder(who);
    await openVideo({ video, coder: who, frame });
  }
}

/** Read everything again that may have changed while the server was gone. */
async function readAgain() {
  await Promise.all([loadWorkspace(), state.edges ? loadEthogram() : null]);
  update({ jobsChanged: performance.now() });
  if (state.edges) {
    await Promise.all([loadCoding(state.video, state.coder), readSourcesAgain()]);
  } else if (state.video) {
    go(state.video, state.coder);
  }
}

function rememberSpeed() {
  const kept = Number(localStorage.getItem(SPEED));
  setSpeed(SPEEDS.includes(kept) ? kept : 1);
  watch(["speed"], () => localStorage.setItem(SPEED, String(state.speed)));
}

/** Tell a problem of something that was done beside what the person does. */
async function told(work) {
  try {
    await work();
  } catch (error) {
    toast(error.message, "error");
  }
}

build();
rememberSpeed();
keepAddress(() => told(() => follow(whereTo())));
connect((event) => told(() => HEARD[event.kind]?.(event)), () => told(readAgain));
told(() => follow(whereLeft()));
