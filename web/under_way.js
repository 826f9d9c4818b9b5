// What is going on just now: the running operation, and hosts that are rebuilt.

import { el } from './dom.js';
import { bytes, count, role, span } from './words.js';

const PHASES = {
    draining: 'the former primary ends its sessions and stops',
    gathering: 'the replicas stop receiving; the most advanced is chosen',
    promoting: 'the candidate applies all that it received, then opens',
};

function operation(cluster) {
    const running = cluster.operation;
    if (!running) return null;
    const marks = running.marks.map((mark) => mark.name).join(' → ');
    return el('div', { class: 'card' },
        el('h2', {}, `A ${running.kind} to ${running.to || 'the best candidate'} is running`),
        el('p', {}, running.cause),
        el('p', {}, 'Phase: ', el('strong', {}, role(cluster.phase)),
            PHASES[cluster.phase] ? `: ${PHASES[cluster.phase]}` : ''),
        marks ? el('p', { class: 'faint' }, `Done so far: ${marks}`) : null);
}

function progressText(rebuild) {
    const total = Math.max(rebuild.total_bytes, rebuild.bytes);
    const parts = [`${bytes(rebuild.bytes)} of about ${bytes(total)}`];
    if (total > 0) parts[0] += ` (${Math.floor((100 * rebuild.bytes) / total)} %)`;
    parts.push(`${bytes(rebuild.bytes_per_second)}/s`);
    if (rebuild.seconds_left !== null) parts.push(`${span(rebuild.seconds_left)} left`);
    return parts.join(', ');
}

function step(host) {
    switch (host.rebuild.state) {
        case 'running': return progressText(host.rebuild);
        case 'completed': return 'Its data are copied; mysqld starts with them, then it follows.';
        case 'failed': return `The last clone failed; it begins again. ${host.detail}`;
        default: return `It is made ready: ${host.detail || 'sessions end, and what it alone has is kept'}`;
    }
}

function rebuild(host) {
    const { donor, state, bytes: done, total_bytes: estimated } = host.rebuild;
    const bar = state === 'running' && estimated > 0
        ? el('progress', { max: Math.max(estimated, done), value: done, 'aria-label': `${host.name}: copied` })
        : null;
    return el('div', { class: 'card' },
        el('h2', {}, `${host.name} is rebuilt from ${donor || 'a donor still to be chosen'}`), bar,
        el('p', { class: 'numbers' }, step(host)));
}

export function underWay(cluster) {
    return [operation(cluster), ...cluster.hosts.filter((host) => host.rebuild).map(rebuild)];
}

// Hosts that are the operator's, and what rewinds kept, as sentences.
export function leftToTheOperator(cluster) {
    const detached = cluster.hosts.filter((host) => host.role === 'detached').map((host) =>
        `${host.name} is detached: its agent leaves it as it is. To give it back: understudy attach ${host.name}`);
    const orphans = cluster.hosts.filter((host) => host.orphans && host.orphans.files > 0).map((host) =>
        `${host.name} keeps ${count(host.orphans.transactions, 'transaction')} that nobody acknowledged. ` +
        `To see them: understudy orphans ${host.name}`);
    return [...detached, ...orphans];
}
