// Calls an agent who looks elsewhere: a short tone, and a count in the title of the page.

export class Alert {
  constructor() {
    this.missed = 0;
    /** @type {AudioContext | null} */
    this.audio = null;
    // Browsers let a page be heard only after somebody has used it.
    const wake = () => {
      this.audio ??= new AudioContext();
      this.audio.resume().catch(() => {});
    };
    document.addEventListener("pointerdown", wake, { once: true });
    document.addEventListener("keydown", wake, { once: true });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.missed = 0;
    });
  }

  /** @param {boolean} aloud */
  ring(aloud) {
    if (document.visibilityState === "hidden" || !document.hasFocus()) this.missed += 1;
    const { audio } = this;
    if (!aloud || audio === null || audio.state !== "running") return;
    [660, 880].forEach((pitch, index) => {
      const start = audio.currentTime + index * 0.16;
      const tone = new OscillatorNode(audio, { frequency: pitch, type: "sine" });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.18, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.32);
    });
  }

  /** @param {string} title @param {number} unanswered chats of this agent that wait for a word */
  draw(title, unanswered) {
    if (document.hasFocus()) this.missed = 0;
    const count = Math.max(this.missed, unanswered);
    const shown = count > 0 ? `(${count}) ${title}` : title;
    if (document.title !== shown) document.title = shown;
  }
}
