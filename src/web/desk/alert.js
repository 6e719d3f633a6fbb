// Calls an agent so that nothing is missed: a tone for each message of a shopper that is not before the agent's eyes,
// again every half minute until it is seen; another tone for danger; a count in the title; a notification of the system.

import { load, save } from "../shared/storage.js";

/** soft: a message; danger: somebody may be hurt, or the law is near. @typedef {"soft" | "danger"} Tone */

/** Under this the desk keeps whether notifications are wanted; nothing is kept before the question is answered. */
const WANTED = "yingda.desk.notify";
/** Until what is missed is seen, it is called for again, milliseconds. */
const AGAIN_MS = 30_000;
/** Several messages at once are one call, milliseconds. */
const ONCE_MS = 1500;
/** Whoever has not touched the page for so long may not be looking at it, milliseconds. */
const AWAKE_MS = 60_000;
/** What an agent does when she sits there. */
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** Pitches in hertz, one after another. @type {Record<Tone, readonly number[]>} */
const PITCHES = { soft: [660, 880], danger: [988, 587, 988, 587] };
const STEP_S = 0.17;

export class Alert {
  /** @param {() => void} onAwake the agent is there again */
  constructor(onAwake) {
    this.onAwake = onAwake;
    /** What calls were made, the last few, for whoever wants to know why it rang. @type {{ tone: Tone, at: number, aloud: boolean }[]} */
    this.calls = [];
    this.again = 0;
    this.lastTouch = Date.now();
    /** @type {AudioContext | null} */
    this.audio = null;
    // Browsers let a page be heard only after somebody has used it.
    const wake = () => {
      this.audio ??= new AudioContext();
      this.audio.resume().catch(() => {});
    };
    for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, wake, { once: true, capture: true });
    for (const sign of SIGNS) document.addEventListener(sign, () => this.touched(), { capture: true, passive: true });
    window.addEventListener("focus", () => this.touched());
    document.addEventListener("visibilitychange", () => this.touched());
  }

  /** Whether somebody looks at the page: it is in front, and was used a moment ago. */
  get awake() {
    return this.inFront && Date.now() - this.lastTouch < AWAKE_MS;
  }

  get inFront() {
    return document.visibilityState === "visible" && document.hasFocus();
  }

  /** @private */
  touched() {
    if (!this.inFront) return;
    this.lastTouch = Date.now();
    this.onAwake();
  }

  /** @param {Tone} tone @param {boolean} aloud */
  ring(tone, aloud) {
    const now = Date.now();
    const before = this.calls[this.calls.length - 1];
    this.again = now + AGAIN_MS;
    // Danger is heard over a soft tone, and no other way round.
    if (before !== undefined && now - before.at < ONCE_MS && (before.tone === tone || before.tone === "danger")) return;
    this.calls = [...this.calls.slice(-19), { tone, at: now, aloud }];
    if (aloud) this.play(PITCHES[tone], tone === "danger" ? 0.3 : 0.18);
  }

  /** Once a second: whether it is to be called for again. @param {boolean} missed @param {Tone} tone @param {boolean} aloud */
  remind(missed, tone, aloud) {
    if (!missed) this.again = 0;
    else if (this.again === 0) this.again = Date.now() + AGAIN_MS;
    else if (Date.now() >= this.again) this.ring(tone, aloud);
  }

  /** @private @param {readonly number[]} pitches @param {number} loudness */
  play(pitches, loudness) {
    const { audio } = this;
    if (audio === null || audio.state !== "running") return;
    pitches.forEach((pitch, index) => {
      const start = audio.currentTime + index * STEP_S;
      const tone = new OscillatorNode(audio, { frequency: pitch, type: "sine" });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.32);
    });
  }

  /** @param {string} title @param {number} owed chats of this agent that wait for a word @param {boolean} missed something is not seen */
  draw(title, owed, missed) {
    const shown = `${owed > 0 ? `(${owed}) ` : ""}${missed ? "● " : ""}${title}`;
    if (document.title !== shown) document.title = shown;
  }
}

/** Notifications of the system: wanted by whoever has said so here, and allowed by the browser. */
export class Notifications {
  /** What the browser says; "none" where there are none. @returns {"granted" | "denied" | "default" | "none"} */
  get permission() {
    return "Notification" in window ? Notification.permission : "none";
  }

  get on() {
    return this.permission === "granted" && load(WANTED, false);
  }

  /** Whether the agent was never asked. */
  get unasked() {
    return this.permission === "default" && load(WANTED, /** @type {boolean | null} */ (null)) === null;
  }

  /** After a click only: browsers answer no question that nobody has asked for. @param {boolean} wanted */
  async want(wanted) {
    save(WANTED, wanted);
    if (wanted && this.permission === "default") await Notification.requestPermission();
  }

  /** @param {string} conversation one is shown for each: the newest words replace those before @param {string} title @param {string} words @param {() => void} onClick */
  show(conversation, title, words, onClick) {
    if (!this.on) return;
    const shown = new Notification(title, { body: words, tag: conversation, silent: true });
    shown.onclick = () => {
      shown.close();
      window.focus();
      onClick();
    };
  }
}
