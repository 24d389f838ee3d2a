/** The keys that move through the video, and what else the page does from the keyboard. */

import { addCommand } from "./commands.js";
import { openHelp } from "./help.js";
import { toggleBoxes } from "./overlay.js";
import { fitPicture } from "./picture.js";
import { seek, setLoop, setSpeed, SPEEDS, step, stepSeconds, toggle } from "./player.js";
import { state } from "./store.js";
import { chooseSubject } from "./behaviours.js";
import { frameField, timeField } from "./transport.js";

const TEN = 10;

export function addPlayerCommands() {
  addPlaying();
  addSteps();
  addPicture();
  addSubjects();
  addCommand({ name: "help", title: "All keys", group: "Page", keys: ["?", "F1"], run: openHelp });
}

function addPlaying() {
  const command = video("Playing");
  command("play", "Play or stop", ["Space"], () => toggle(1));
  command("play-backwards", "Play backwards or stop", ["Shift+Space"], () => toggle(-1));
  command("faster", "Faster", ["Shift+ArrowUp"], () => changeSpeed(1), true);
  command("slower", "Slower", ["Shift+ArrowDown"], () => changeSpeed(-1), true);
  command("end-loop", "End the loop", ["Ctrl+L"], () => setLoop(null));
}

function addSteps() {
  const command = video("Moving");
  command("step-on", "One frame on", ["ArrowRight"], () => step(1), true);
  command("step-back", "One frame back", ["ArrowLeft"], () => step(-1), true);
  command("ten-on", "Ten frames on", ["Shift+ArrowRight"], () => step(TEN), true);
  command("ten-back", "Ten frames back", ["Shift+ArrowLeft"], () => step(-TEN), true);
  command("second-on", "One second on", ["Ctrl+ArrowRight", "PageDown"], () => stepSeconds(1), true);
  command("second-back", "One second back", ["Ctrl+ArrowLeft", "PageUp"], () => stepSeconds(-1), true);
  command("first", "First frame", ["Home"], () => seek(0));
  command("last", "Last frame", ["End"], () => seek(state.edges.length - 2));
  command("go-to-frame", "Go to a frame: type its number", ["Ctrl+G"], frameField.edit);
  command("go-to-time", "Go to a time: type it", ["Ctrl+Shift+G"], timeField.edit);
}

function addPicture() {
  const command = video("Picture");
  command("fit", "All of the picture", ["Ctrl+Shift+F"], fitPicture);
  command("boxes", "Subjects' places and identities", ["Ctrl+I"], toggleBoxes);
}

function addSubjects() {
  const command = video("Subjects");
  command("no-subject", "No subject", ["0"], () => chooseSubject(""));
  for (let digit = 1; digit <= 9; digit += 1) {
    const choose = () => chooseSubject(state.ethogram?.subjects[digit - 1] ?? state.subject);
    command(`subject-${digit}`, `Subject ${digit}`, [String(digit)], choose);
  }
}

/** Adds commands of a group that need an open recording. */
function video(group) {
  return (name, title, keys, run, repeat = false) =>
    addCommand({ name, title, group, keys, run, repeat, when: () => state.edges !== null });
}

function changeSpeed(direction) {
  const faster = SPEEDS.find((one) => one > state.speed) ?? state.speed;
  const slower = SPEEDS.findLast((one) => one < state.speed) ?? state.speed;
  setSpeed(direction > 0 ? faster : slower);
}
