// Asks the controller each second and shows what it says, or that it says nothing.

import { commands } from './commands.js';
import { el, show } from './dom.js';
import { Freshness } from './freshness.js';
import { history, stretchBars } from './history.js';
import { databases, readiness, servers } from './tables.js';
import { topology } from './topology.js';
import { leftToTheOperator, underWay } from './under_way.js';
import { showFreshness, showVerdict } from './verdict.js';
import { time, withCommand } from './words.js';

const EACH_MS = 1000;
const PATIENCE_MS = 3000;
const HISTORY_EACH = 5; // polls, or whenever the record changes

const freshness = new Freshness();
let status = null;
let historyOf = { revision: null, polls: 0 };

async function ask(path) {
    const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`${path} is answered with status ${response.status}`);
    return response.json();
}

const reasonOf = (error) => {
    if (error.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} s`;
    return error instanceof TypeError ? 'no connection' : error.message;
};

function showProblems(cluster) {
    const wrong = [...cluster.problems, ...leftToTheOperator(cluster)];
    show('problems', wrong.length ? [el('h2', {}, 'What is wrong, and what to do'),
        el('ul', {}, wrong.map((text) => el('li', {}, withCommand(text))))] : []);
}

function showCluster(cluster) {
    show('under-way', underWay(cluster));
    showProblems(cluster);
    show('topology', topology(cluster));
    show('databases', databases(cluster));
    show('servers', servers(cluster));
    show('readiness', readiness(cluster));
    show('commands', commands(cluster));
    show('controller', `Cluster ${cluster.name}, epoch ${cluster.epoch}, revision ${cluster.revision}. ` +
        `Controller ${status.controller.version}, since ${time(status.controller.started_at)} UTC.`);
}

function showAge() {
    const age = freshness.state();
    const at = status?.controller.now ?? '';
    showFreshness(age, at);
    if (age.known || age.why) showVerdict(status?.clusters[0], age, at);
}

async function renewHistory(cluster) {
    historyOf.polls += 1;
    if (historyOf.revision === cluster.revision && historyOf.polls < HISTORY_EACH) return;
    const { entries } = await ask('v1/history?limit=200');
    historyOf = { revision: cluster.revision, polls: 0 };
    show('history', history(entries));
    stretchBars();
}

async function renew() {
    try {
        status = await ask('v1/status');
        freshness.answered(status.controller.age_ms);
        showCluster(status.clusters[0]);
        showAge();
        await renewHistory(status.clusters[0]);
    } catch (error) {
        freshness.failed(reasonOf(error));
    }
    showAge();
}

async function renewForEver() {
    for (;;) {
        if (!document.hidden) await renew();
        await new Promise((resolve) => { setTimeout(resolve, EACH_MS); });
    }
}

document.addEventListener('visibilitychange', showAge);
window.addEventListener('resize', () => { if (status) show('topology', topology(status.clusters[0])); });
setInterval(showAge, EACH_MS / 2);
renewForEver();
