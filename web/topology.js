// The site as a drawing: load balancers, web servers, databases, and what flows between them. It is
// laid out for the width there is, so that the words keep their size on a telephone.

import { el, svg } from './dom.js';
import { routeText } from './tables.js';
import { balancerState, hostState, role, span, state, webState } from './words.js';

const BOX = { width: 150, height: 48 };
const ROWS = { balancers: 8, web: 104, ports: 196, databases: 262 };
const PORT = { width: 76, height: 26 };

const centres = (number, width) => Array.from({ length: number }, (_, index) => (width * (index + 0.5)) / number);

function row(items, y, width) {
    const box = Math.min(BOX.width, width / Math.max(items.length, 1) - 10);
    const at = centres(items.length, Math.min(width, items.length * 280));
    const left = (width - Math.min(width, items.length * 280)) / 2;
    return items.map((item, index) => ({ ...item, x: left + at[index], y, width: box }));
}

const depthOf = (index) => 46 + 26 * index; // of an arc under the databases

// Letters are about this wide.
const fitted = (text, width) => (text.length * 6.6 <= width ? text : `${text.slice(0, Math.floor(width / 6.6) - 1)}…`);

function box({ name, note, standing, x, y, width, chosen }) {
    return svg('g', { class: `box ${standing}${chosen ? ' chosen' : ''}` },
        svg('rect', { x: x - width / 2, y, width, height: BOX.height, rx: 8 }),
        svg('circle', { cx: x - width / 2 + 13, cy: y + 17, r: 4 }),
        svg('text', { x: x - width / 2 + 23, y: y + 21, class: 'name' }, name),
        svg('text', { x: x - width / 2 + 12, y: y + 39, class: 'note' }, fitted(note, width - 16)));
}

function line(from, to, kind) {
    return svg('path', { class: `flow ${kind}`, d: `M${from.x} ${from.y}L${to.x} ${to.y}`, 'marker-end': `url(#tip-${kind})` });
}

const below = (node) => ({ x: node.x, y: node.y + (node.height ?? BOX.height) });
const above = (node) => ({ x: node.x, y: node.y - 6 });
const beside = (place, by) => ({ x: place.x + by, y: place.y });

function tip(kind) {
    return svg('marker', { id: `tip-${kind}`, viewBox: '0 0 8 8', refX: 4, refY: 4, markerWidth: 6, markerHeight: 6, orient: 'auto' },
        svg('path', { class: `tip ${kind}`, d: 'M0 0L8 4L0 8z' }));
}

// Under the databases, from the source to the host that follows it or is cloned from it.
function arc(from, to, depth, kind, label) {
    const y = from.y + BOX.height;
    const end = to.x + (from.x < to.x ? -14 : 14);
    return svg('g', {},
        svg('path', {
            class: `flow ${kind}`, 'marker-end': `url(#tip-${kind})`,
            d: `M${from.x} ${y}C${from.x} ${y + depth},${end} ${y + depth},${end} ${y + 6}`,
        }),
        svg('text', { class: 'label', x: (from.x + end) / 2, y: y + depth * 0.75 + 15, 'text-anchor': 'middle' }, label));
}

function replicationArcs(cluster, databases) {
    const place = Object.fromEntries(databases.map((node) => [node.name, node]));
    return cluster.hosts.filter((host) => place[host.source]).map((host, index) => {
        const depth = depthOf(index);
        const [from, to] = [place[host.source], place[host.name]];
        if (host.rebuild) {
            const done = host.rebuild.total_bytes > 0 ? Math.floor((100 * host.rebuild.bytes) / host.rebuild.total_bytes) : 0;
            return arc(from, to, depth, 'clone', `clone, ${Math.min(done, 100)} %`);
        }
        if (!host.reachable || host.replication?.receiver !== 'running') {
            return arc(from, to, depth, 'broken', 'does not receive');
        }
        const lag = host.lag_seconds === null ? '' : `, ${span(host.lag_seconds)} behind`;
        return arc(from, to, depth, 'replication', `replicates${lag}`);
    });
}

function portBox(node, text, kind) {
    return svg('g', { class: `port ${kind}` },
        svg('rect', { x: node.x - PORT.width / 2, y: node.y, width: PORT.width, height: PORT.height, rx: 13 }),
        svg('text', { x: node.x, y: node.y + 17, 'text-anchor': 'middle' }, text));
}

function nodesOf(cluster, width) {
    const balancers = cluster.load_balancers.map((balancer) => ({
        name: balancer.name, note: balancer.holds_vip ? 'virtual address' : 'load balancer',
        standing: balancerState(balancer)[0], chosen: balancer.holds_vip }));
    const web = cluster.web.map((server) => ({
        name: server.name, note: server.in_rotation ? 'Nginx, PHP-FPM' : 'out of rotation', standing: webState(server)[0] }));
    const databases = cluster.hosts.map((host) => ({
        name: host.name, note: role(host.role), standing: hostState(host)[0], chosen: host.primary }));
    return {
        balancers: row(balancers, ROWS.balancers, width),
        web: row(web, ROWS.web, width),
        databases: row(databases, ROWS.databases, width),
        ports: ['writes', 'reads'].map((name, index) => ({
            name, x: width / 2 + (index - 0.5) * 110, y: ROWS.ports, height: PORT.height })),
    };
}

function drawing(cluster, width) {
    const { balancers, web, databases, ports } = nodesOf(cluster, width);
    const [writes, reads] = ports;
    const { writer, readers, web: rotation } = cluster.route;
    const flows = [
        ...balancers.flatMap((from) => web.filter((to) => rotation.includes(to.name)).map((to) => line(below(from), above(to), 'request'))),
        ...web.filter((from) => rotation.includes(from.name)).flatMap((from) => ports.map((to) => line(below(from), above(to), 'request'))),
        ...databases.filter((to) => to.name === writer).map((to) => line(below(writes), beside(above(to), -9), 'write')),
        ...databases.filter((to) => readers.includes(to.name)).map((to) => line(below(reads), beside(above(to), 9), 'read')),
        ...replicationArcs(cluster, databases),
    ];
    const arcs = cluster.hosts.filter((host) => host.source).length;
    const height = ROWS.databases + BOX.height + (arcs > 0 ? depthOf(arcs - 1) * 0.75 + 24 : 10);
    return svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'route-text' },
        svg('defs', {}, ['request', 'write', 'read', 'replication', 'clone', 'broken'].map(tip)), flows,
        portBox(writes, writer ? 'writes' : 'writes held', writer ? 'write' : 'held'), portBox(reads, 'reads', 'read'),
        [...balancers, ...web, ...databases].map(box));
}

// Where requests wait now, and which tier to look at first.
function waiting({ text, blamed }) {
    return el('p', { id: 'waiting', class: blamed ? '' : 'faint' }, blamed ? state('warning', text) : text);
}

export function topology(cluster) {
    const available = document.querySelector('main').clientWidth - 34;
    const width = Math.max(280, Math.min(760, available));
    return [el('h2', {}, 'Topology'), el('div', { class: 'drawing' }, drawing(cluster, width)),
        el('p', { id: 'route-text', class: 'faint' }, `${routeText(cluster)} MySQL is reached through the load balancers.`),
        waiting(cluster.waiting)];
}
