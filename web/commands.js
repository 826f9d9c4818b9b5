// What an operator could type now. This page itself changes nothing.

import { el } from './dom.js';

function suggestions(cluster) {
    const other = cluster.hosts.find((host) => host.in_sync && !host.primary);
    return [
        cluster.paused
            ? ['understudy resume', 'automatic failover again']
            : ['understudy pause --reason TEXT', 'no automatic failover until it is resumed'],
        other ? [`understudy switchover --to ${other.name}`, 'moves the primary without losing a write'] : null,
        cluster.if_primary_died_now.blockers.length
            ? ['understudy failover', 'replaces a primary that does not answer; says first what it would cost'] : null,
        ['understudy status --watch', 'the same as this page, in a terminal'],
        ['understudy history', 'all that happened'],
    ].filter(Boolean);
}

export function commands(cluster) {
    return [el('h2', {}, 'Commands'),
        el('p', { class: 'faint' }, 'This page only shows. Changes are made on the command line, with an operator\'s certificate.'),
        el('dl', { class: 'facts wide' }, suggestions(cluster).map(([command, effect]) =>
            el('div', {}, el('dt', {}, el('code', {}, command)), el('dd', {}, effect))))];
}
