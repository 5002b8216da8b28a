// Keeps on the server what is being typed, so that neither a dropped line nor a closed window loses it.
// Nothing is kept in the browser. Without this script the button "Save as draft" does the same by hand.

const PAUSE = 1200; // after the last key
const AT_LEAST = 2800; // while typing goes on
const GIVE_UP = 8000; // an answer that takes longer counts as a line that is down
const WAITS = [1000, 2000, 4000, 8000, 15000]; // before the next try
const ASK_AGAIN = 4000; // whether one has signed in again
const SMALL = 60000; // what a browser still sends while a page goes away
const NEVER = new Set(["password", "file", "submit", "button", "image", "reset"]);

const clockTime = (moment) =>
  moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

class Draft {
  acknowledged = null; // the fields as the server has them; null: it has none of this window
  sequence = 0;
  state = "start"; // start, saved, down, wrong, out, stranger or refused
  savedAt = null;
  changedAt = null; // since when something is not on its way
  failures = 0;
  busy = null;
  timer = null;

  constructor(form) {
    this.form = form;
    this.bar = form.querySelector(".draft");
    this.line = this.bar.querySelector(".draft-state");
    this.spoken = this.bar.querySelector("[role=status]");
    this.before = JSON.stringify(this.fields());
    this.bar.querySelector("button").hidden = true;
    this.show("start");
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.changed());
    form.addEventListener("submit", (event) => this.submitting(event));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.flush() : this.wake()));
    addEventListener("pagehide", () => this.flush());
    addEventListener("pageshow", (event) => { if (event.persisted) this.resume(); });
    addEventListener("online", () => this.wake());
    addEventListener("beforeunload", (event) => { if (this.failing && this.dirty && !this.leaving) event.preventDefault(); });
    setInterval(() => this.tick(), 1000);
    // A form that came back from a try to save it holds what was typed since the last autosave.
    if ("draftSent" in form.dataset) this.changed();
  }

  get failing() { return ["down", "wrong", "out", "stranger", "refused"].includes(this.state); }
  get dirty() { return this.changedAt !== null; }
  get ticket() { return this.form.elements.draft; }

  // name -> values; a box that is not ticked is there with none.
  fields() {
    const found = {};
    for (const { name, type } of this.form.elements) {
      if (name && name !== "csrf_token" && name !== "once" && name !== "draft" && !NEVER.has(type)) found[name] = [];
    }
    for (const [name, value] of new FormData(this.form)) {
      if (name in found && typeof value === "string") found[name].push(value);
    }
    return found;
  }

  changed() {
    const now = performance.now();
    this.changedAt ??= now;
    if (this.state === "refused") this.failures = 0;
    if (this.failing && this.state !== "refused") return; // the next try is set already
    this.plan(Math.max(Math.min(PAUSE, this.changedAt + AT_LEAST - now), 0));
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  // The window goes out of sight, perhaps for good.
  flush() {
    if (this.dirty && !this.leaving && !this.failing) this.save({ goodbye: true });
  }

  wake() {
    if (this.dirty && this.failing && this.state !== "refused") this.plan(0);
  }

  resume() {
    this.leaving = false;
    if (this.dirty) this.plan(0);
  }

  async save({ goodbye = false } = {}) {
    clearTimeout(this.timer);
    if (this.busy && !goodbye) return this.busy;
    const run = this.send(goodbye).finally(() => { if (this.busy === run) this.busy = null; });
    this.busy = run;
    return run;
  }

  async send(goodbye) {
    if (this.state === "out" || this.state === "stranger") {
      if (!(await this.signedIn())) return this.failed(null, this.changedAt);
    }
    const fields = this.fields();
    const whole = this.acknowledged === null;
    const sent = whole ? fields : Object.fromEntries(
      Object.entries(fields).filter(([name, values]) => JSON.stringify(values) !== JSON.stringify(this.acknowledged[name]))
    );
    if (!Object.keys(sent).length || (whole && JSON.stringify(fields) === this.before && !("draftSent" in this.form.dataset))) {
      this.changedAt = null;
      return true;
    }
    this.sequence = Math.max(this.sequence + 1, Date.now());
    const since = this.changedAt;
    this.changedAt = null;
    const body = JSON.stringify({ ticket: this.ticket.value, sequence: this.sequence, whole, fields: sent });
    let answer;
    try {
      answer = await fetch(this.form.dataset.draft, {
        method: "POST",
        redirect: "manual",
        keepalive: goodbye && new TextEncoder().encode(body).length < SMALL,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrf_token.value },
        signal: goodbye ? undefined : AbortSignal.timeout(GIVE_UP),
        body,
      });
    } catch {
      return this.failed("down", since);
    }
    return this.answered(answer, fields, since);
  }

  async answered(answer, fields, since) {
    if (answer.status === 200) {
      this.acknowledged = fields;
      this.failures = 0;
      this.savedAt = new Date();
      delete this.form.dataset.draftSent;
      this.show("saved");
      if (this.dirty) this.changed();
      return true;
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 409) {
      // The server has no part, or a newer one, of this window's text: it gets all of it, under a new ticket where it says so.
      if (told.ticket) this.ticket.value = told.ticket;
      this.acknowledged = null;
      this.before = null;
      this.sequence = Math.max(this.sequence, told.sequence ?? 0);
      return this.once(since);
    }
    if ([202, 413, 422].includes(answer.status)) {
      // Where the text carries a mark the server has emptied what it had: the next that is kept is whole again.
      if (answer.status === 202) this.acknowledged = null;
      this.changedAt = null;
      this.show("refused", told.why ?? String(answer.status));
      return false;
    }
    if (answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status)) {
      // Signed out, or a token of the session before this one.
      return (await this.signedIn()) ? this.once(since) : this.failed(null, since);
    }
    return this.failed("wrong", since);
  }

  // At once, a few times: what was wrong is put right.
  once(since) {
    return this.failures < 3 ? this.failed(null, since, 0) : this.failed("wrong", since);
  }

  failed(state, since, wait) {
    this.changedAt = Math.min(since ?? Infinity, this.changedAt ?? Infinity, performance.now());
    if (state) this.show(state);
    const signing = this.state === "out" || this.state === "stranger";
    this.plan(wait ?? (signing ? ASK_AGAIN : WAITS[Math.min(this.failures, WAITS.length - 1)]));
    this.failures += 1;
    return false;
  }

  // Whether the writer is signed in; then every form of the page gets the token of the session.
  async signedIn() {
    let answer;
    try {
      answer = await fetch(this.form.dataset.draftToken, { redirect: "manual", signal: AbortSignal.timeout(GIVE_UP) });
    } catch {
      if (!this.failing) this.show("down");
      return false;
    }
    const told = answer.ok ? await answer.json().catch(() => ({})) : {};
    if (told.account === this.form.dataset.draftAccount) {
      for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = told.csrf;
      const meta = document.querySelector('meta[name="csrf-token"]');
      if (meta) meta.content = told.csrf;
      if (this.state === "out" || this.state === "stranger") this.state = "down";
      return true;
    }
    this.show(told.account ? "stranger" : answer.status >= 500 ? "wrong" : "out");
    return false;
  }

  // While the draft cannot be kept the form is not sent either: what comes back might not come back.
  async submitting(event) {
    if (event.defaultPrevented || event.submitter?.formAction.endsWith("/drafts/keep")) return;
    if (!this.failing || this.state === "refused") {
      this.leaving = true;
      clearTimeout(this.timer);
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    this.changedAt ??= performance.now();
    if (this.busy) await this.busy;
    if (this.failing) await this.save();
    if (!this.failing) this.form.requestSubmit(submitter);
    else this.speak(this.line.textContent);
  }

  show(state, why = "") {
    const again = state === this.state && state !== "refused";
    this.state = state;
    this.why = why;
    this.bar.classList.toggle("needs-you", this.failing);
    this.bar.querySelector(".draft-in").hidden = state !== "out" && state !== "stranger";
    this.tick();
    // Only what changes is spoken: not every save.
    if (!again && state !== "start") this.speak(this.line.textContent);
  }

  speak(text) { this.spoken.textContent = text; }

  tick() {
    const { dataset } = this.line;
    const seconds = this.savedAt ? Math.round((Date.now() - this.savedAt) / 1000) : 0;
    const template = {
      saved: seconds < 3600 ? dataset.saved : dataset.savedAt,
      down: this.savedAt ? dataset.down : dataset.never,
      wrong: this.savedAt ? dataset.wrong : dataset.never,
    }[this.state] ?? dataset[this.state];
    const text = template
      .replace("{ago}", seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`)
      .replace("{time}", this.savedAt ? clockTime(this.savedAt) : "")
      .replace("{why}", this.why ?? "");
    if (this.line.textContent !== text) this.line.textContent = text;
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) new Draft(form);
