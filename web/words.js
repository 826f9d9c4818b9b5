// Values as people read them.

import { el } from './dom.js';

export const role = (name) => name.replaceAll('_', ' ');

export function bytes(count) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
    let unit = 0;
    while (count >= 1000 && unit < units.length - 1) {
        count /= 1000;
        unit += 1;
    }
    return `${unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`;
}

export function span(seconds) {
    if (seconds < 1) return `${seconds.toFixed(2)} s`;
    if (seconds < 10) return `${seconds.toFixed(1)} s`;
    if (seconds < 120) return `${Math.round(seconds)} s`;
    if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
    return `${Math.round(seconds / 3600)} h`;
}

// Until something: never promised too early.
export const within = (seconds) => (seconds < 10 ? `${(Math.ceil(seconds * 10) / 10).toFixed(1)} s` : span(seconds));

export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

export const list = (names) => (names.length === 0 ? 'nobody' : names.join(', '));

// "2026-03-01T10:20:30.123Z" as the command line prints it.
export const time = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
export const clock = (iso) => `${iso.slice(11, 19)} UTC`;

// A sentence that may end with a command to type.
export function withCommand(text) {
    const found = /understudy [a-z-]+( [\w.-]+)*$/.exec(text);
    return found ? [text.slice(0, found.index), el('code', {}, found[0])] : [text];
}

const SIGNS = { good: '✓', warning: '!', bad: '✕', plain: '–' };

// A state in colour, sign and word: never in colour alone.
export function state(standing, text) {
    return el('span', { class: `state ${standing}` },
        el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[standing]), ` ${text}`);
}

export function hostState(host) {
    if (!host.reachable) return ['bad', 'silent'];
    if (host.process === 'gone') return ['bad', 'mysqld is gone'];
    if (!host.answering) return ['bad', host.role === 'rebuilding' ? 'being rebuilt' : 'does not answer'];
    if (host.role === 'detached') return ['warning', 'detached: the operator\'s'];
    if (host.reached) return ['good', 'ok'];
    return ['warning', host.detail || 'on its way'];
}

export function balancerState(balancer) {
    if (!balancer.reachable) return ['bad', 'silent'];
    if (balancer.process === 'gone') return ['bad', 'haproxy is gone'];
    if (!balancer.answering) return ['bad', 'does not answer'];
    return balancer.routed ? ['good', 'ok'] : ['warning', 'not yet routed'];
}

export function rotation(web) {
    if (!web.drained_by || web.in_rotation) return web.in_rotation ? 'in' : 'out';
    if (!web.drained) return 'draining';
    return web.requests === 0 ? 'drained' : `drained, ${web.requests} under way`;
}

export function webState(web) {
    return web.healthy ? ['good', 'ok'] : ['bad', `${web.state}: ${web.cause}`];
}
