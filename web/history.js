// What happened, the newest first; a failover with the parts that its write gap is made of.

import { el } from './dom.js';
import { state, time } from './words.js';

const SHOWN = 25;
const WHOLE = ['failover', 'switchover', 'bootstrap'];
const GRAVE = ['failover_started', 'host_silent', 'switchover_aborted', 'degraded', 'vip_lost', 'vip_held_twice'];
const NOTABLE = ['paused', 'vip_moved', 'orphans', 'detached', 'maintenance_begun', 'drained', 'rebuild_started', 'rebuild_asked'];
const GOOD = ['failover', 'switchover', 'recovered', 'rebuilt', 'resumed', 'attached', 'rejoin_asked', 'undrained', 'host_heard', 'vip_held'];

function standing(kind) {
    if (GRAVE.includes(kind)) return 'bad';
    if (NOTABLE.includes(kind)) return 'warning';
    return GOOD.includes(kind) ? 'good' : 'plain';
}

const millis = (micros) => `${(micros / 1000).toFixed(1)} ms`;

// The marks in time, each with how long it took since the one before.
export function partsOf(marks) {
    const sorted = marks.filter((mark) => mark.name !== 'completed').sort((one, other) => one.at_us - other.at_us);
    return sorted.slice(1).map((mark, index) => ({ name: mark.name, took: mark.at_us - sorted[index].at_us }));
}

function gap(detail) {
    const parts = partsOf(detail?.marks ?? []);
    if (parts.length === 0) return null;
    const whole = parts.reduce((sum, part) => sum + part.took, 0);
    const bar = el('div', { class: 'bar', 'aria-hidden': 'true' }, parts.map((part) => el('span', { 'data-took': part.took })));
    return el('div', { class: 'gap' },
        el('p', {}, el('strong', {}, millis(whole)), ` from ${detail.marks[0].name} to ${parts.at(-1).name}:`), bar,
        el('ol', {}, parts.map((part) => el('li', {},
            el('span', { class: 'swatch', 'aria-hidden': 'true' }), `${part.name} `, el('span', { class: 'faint' }, `+${millis(part.took)}`)))));
}

function entry({ at, kind, reason, detail }) {
    return el('li', {},
        el('p', { class: 'when' }, el('time', { datetime: at }, time(at)), ' ', state(standing(kind), kind.replaceAll('_', ' '))),
        el('p', {}, reason), WHOLE.includes(kind) ? gap(detail) : null);
}

export function history(entries) {
    const events = entries.filter((each) => each.event).slice(0, SHOWN);
    return [el('h2', {}, 'What happened'),
        events.length ? el('ol', { class: 'events' }, events.map(entry)) : el('p', {}, 'Nothing yet.')];
}

// Widths are set here, since the content policy lets no markup bring a style of its own.
export function stretchBars() {
    for (const part of document.querySelectorAll('.bar span')) part.style.flexGrow = part.dataset.took;
}
