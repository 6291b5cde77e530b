/** What is drawn by the style sheet; a saved picture has to carry it itself. */
const CARRIED = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity', 'opacity'];

/** A plot as an SVG file of its own: styles written out, no scripts, no links. */
export function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  carry(svg, copy);
  const { width, height } = svg.getBoundingClientRect();
  const body = getComputedStyle(document.body);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('font-family', body.fontFamily);
  copy.setAttribute('font-size', body.fontSize);
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of [
    ['width', '100%'],
    ['height', '100%'],
    ['fill', body.backgroundColor],
  ] as const) {
    paper.setAttribute(name, value);
  }
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

function carry(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of CARRIED) {
    const value = style.getPropertyValue(name);
    if (value && value !== 'auto') to.setAttribute(name, value);
  }
  for (const { name } of [...to.attributes]) {
    if (name === 'class' || name === 'tabindex' || name === 'role' || name === 'style' || /^(aria|data)-/.test(name)) {
      to.removeAttribute(name);
    }
  }
  const copies = [...to.children];
  for (const [at, child] of [...from.children].entries()) carry(child, copies[at]!);
}

/** Rows as CSV (RFC 4180). */
export function csv(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
