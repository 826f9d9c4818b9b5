// The one sentence, and how fresh it is.

import { el, show } from './dom.js';
import { clock, span } from './words.js';

const SIGNS = { good: '✓', warning: '!', bad: '✕' };

function sentence(standing, title, ...text) {
    return el('p', { class: `verdict ${standing}` },
        el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[standing]),
        el('span', {}, el('strong', {}, title), ...text));
}

function notKnown(cluster, age, at) {
    if (!age.known) {
        return sentence('bad', 'The controller is not reachable.',
            ` Nothing is known of the cluster (${age.why}). `,
            'The site itself goes on without the controller; only changes of role stop.');
    }
    const what = age.why.startsWith('it answers') ? 'The controller stands still.' : 'The controller is not reachable.';
    return sentence('bad', what, ` How the cluster is now is not known (${age.why}). ` +
        `All below is as it was at ${clock(at)}. Then: ${cluster.verdict.text}`);
}

export function showVerdict(cluster, age, at) {
    document.body.classList.toggle('stale', !age.fresh);
    if (!age.fresh) {
        document.title = 'not reachable – Understudy';
        show('verdict', notKnown(cluster, age, at));
        return;
    }
    const [title, ...rest] = cluster.verdict.text.split('. ');
    document.title = `${title} – Understudy`;
    show('verdict', sentence(cluster.verdict.standing, `${title}.`, ` ${rest.join('. ')}`));
}

export function showFreshness(age, at) {
    const dot = el('span', { class: `dot ${age.fresh ? 'good' : 'bad'}`, 'aria-hidden': 'true' });
    if (!age.known) show('freshness', dot, age.why ? ` No answer yet: ${age.why}` : ' Asking the controller…');
    else if (age.fresh) show('freshness', dot, ` Live, as of ${clock(at)}`);
    else show('freshness', dot, ` Old: ${span(age.seconds)} ago, ${clock(at)}`);
}
