// Elements from values. Text only ever becomes text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

function build(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
}

export function el(tag, attributes = {}, ...children) {
    return build(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
    return build(document.createElementNS(SVG, tag), attributes, children);
}

// Makes `old` like `fresh`, changing only what differs: what is selected, focused or being read out
// is left alone.
function patch(old, fresh) {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
        old.replaceWith(fresh);
        return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
        if (old.data !== fresh.data) old.data = fresh.data;
        return;
    }
    for (const { name } of [...old.attributes]) {
        if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    patchChildren(old, [...fresh.childNodes]);
}

function patchChildren(parent, fresh) {
    const old = [...parent.childNodes];
    fresh.forEach((child, index) => (index < old.length ? patch(old[index], child) : parent.append(child)));
    old.slice(fresh.length).forEach((child) => child.remove());
}

// Fills the part of the page with that id; without children the part is hidden.
export function show(id, ...children) {
    const part = document.getElementById(id);
    const wanted = children.flat().filter((child) => child !== null && child !== undefined);
    patchChildren(part, wanted.map((child) => (typeof child === 'string' ? document.createTextNode(child) : child)));
    part.hidden = wanted.length === 0;
}
