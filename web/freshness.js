// How old what is shown is. The controller says how old its own state was when it answered; since
// then time goes on here. No clocks of two machines are compared.

const STALE_MS = 4000;
const STANDS_STILL_MS = 5000;

// The longer of both: one stands still while the machine sleeps, the other can be set.
const moment = () => ({ steady: performance.now(), wall: Date.now() });
const since = (then) => Math.max(performance.now() - then.steady, Date.now() - then.wall);

export class Freshness {
    answered(ageMs) {
        this.at = moment();
        this.ageMs = ageMs;
        this.trouble = '';
    }

    failed(trouble) {
        this.trouble = trouble;
    }

    // {known: whether anything was ever heard, fresh, seconds, why}
    state() {
        if (!this.at) return { known: false, fresh: false, seconds: 0, why: this.trouble };
        const silence = since(this.at);
        const seconds = (this.ageMs + silence) / 1000;
        if (silence >= STALE_MS) return { known: true, fresh: false, seconds, why: this.trouble || 'no answer' };
        if (this.ageMs >= STANDS_STILL_MS) {
            return { known: true, fresh: false, seconds, why: 'it answers, but decides and observes nothing' };
        }
        return { known: true, fresh: true, seconds, why: '' };
    }
}
