// The parts of the cluster, as tables that become cards where the screen is narrow.

import { el } from './dom.js';
import { balancerState, hostState, list, role, rotation, span, state, webState, within } from './words.js';

// The roles are given in words too: as cards the elements lose them.
function table(title, headings, rows) {
    const head = el('tr', { role: 'row' }, headings.map((text) => el('th', { scope: 'col', role: 'columnheader' }, text)));
    const body = rows.map((cells) => el('tr', { role: 'row' }, cells.map((cell, index) =>
        el('td', { role: 'cell', 'data-label': headings[index] }, cell))));
    return el('table', { role: 'table', 'aria-label': title },
        el('thead', { role: 'rowgroup' }, head), el('tbody', { role: 'rowgroup' }, body));
}

const named = (name, ...tags) => el('span', {}, el('strong', {}, name),
    tags.filter(Boolean).map((tag) => el('span', { class: 'tag' }, tag)));

function replication(host) {
    if (!host.replication || host.rebuild) return '–';
    const { receiver, applier_running: applies } = host.replication;
    return `${host.source || host.replication.source}: ${receiver === 'running' ? 'receives' : receiver}, ` +
        (applies ? 'applies' : 'does not apply');
}

export function databases(cluster) {
    const rows = cluster.hosts.map((host) => [
        named(host.name, host.primary && 'primary', host.in_sync && 'in sync', host.name in cluster.maintenance && 'maintenance'),
        role(host.role),
        replication(host),
        host.lag_seconds === null ? '–' : span(host.lag_seconds),
        host.client_sessions ?? '–',
        host.version || '–',
        state(...hostState(host)),
    ].map((cell) => (typeof cell === 'number' ? String(cell) : cell)));
    return [el('h2', {}, 'Databases'),
        table('Databases', ['Host', 'Role', 'Follows', 'Lag', 'Sessions', 'MySQL', 'State'], rows)];
}

export function servers(cluster) {
    const balancers = cluster.load_balancers.map((balancer) => [
        named(balancer.name, balancer.holds_vip && 'virtual address'),
        balancer.writer || 'none',
        state(...balancerState(balancer)),
    ]);
    const webs = cluster.web.map((web) => [
        named(web.name, web.drained_by && 'drain'), rotation(web), state(...webState(web))]);
    return [
        balancers.length ? el('h2', {}, 'Load balancers') : null,
        balancers.length ? table('Load balancers', ['Host', 'Writes to', 'State'], balancers) : null,
        webs.length ? el('h2', {}, 'Web servers') : null,
        webs.length ? table('Web servers', ['Host', 'Rotation', 'State'], webs) : null,
    ];
}

function loss(ready) {
    if (ready.loss_transactions === null) return 'cannot be told';
    return ready.loss_transactions === 0 ? 'none' : `up to ${ready.loss_transactions} transactions`;
}

export function readiness(cluster) {
    const ready = cluster.if_primary_died_now;
    const facts = [
        ['Takes over', ready.candidate ?? 'nobody'],
        ['Acknowledged writes lost', ready.candidate ? loss(ready) : '–'],
        ['Until the next write', ready.seconds === null ? '–' : `within ${within(ready.seconds)}`],
        ['By itself', ready.candidate && ready.blockers.length === 0 ? 'yes' : 'no'],
    ];
    const hindered = ready.candidates.filter((candidate) => candidate.hindrance)
        .map((candidate) => `${candidate.name}: ${candidate.hindrance}`);
    const notes = [...ready.blockers, ...hindered.filter((text) => !ready.blockers.includes(text))];
    return [el('h2', {}, `If ${cluster.primary || 'the primary'} died now`),
        el('dl', { class: 'facts' }, facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
        notes.length ? el('p', {}, 'What hinders:') : null,
        notes.length ? el('ul', {}, notes.map((text) => el('li', {}, text))) : null];
}

export const routeText = (cluster) => [
    ...cluster.load_balancers.filter((balancer) => balancer.holds_vip)
        .map((balancer) => `${balancer.name} holds the virtual address.`),
    cluster.web.length ? `Requests go to ${list(cluster.route.web)}.` : '',
    cluster.route.writer ? `Writes go to ${cluster.route.writer},` : 'Writes are held,',
    `reads to ${list(cluster.route.readers)}.`,
    ...cluster.hosts.filter((host) => host.source && host.replication && !host.rebuild)
        .map((host) => `${host.name} replicates from ${host.source}.`),
].filter(Boolean).join(' ');
