import type { Scene } from '../../extension/messages';

/** What is drawn by the style sheet; a saved picture has to carry it itself. */
const CARRIED = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'font-size',
  'opacity',
];
const MARGIN = 20;

/** The whole graph as an SVG file of its own: styles written out, no scripts, no links. */
export function exportSvg(drawing: SVGGElement, scene: Scene): string {
  const copy = drawing.cloneNode(true) as SVGGElement;
  const styles = getComputedStyle(document.body);
  inline(drawing, copy);
  copy.removeAttribute('transform');
  const [width, height] = [scene.width + 2 * MARGIN, scene.height + 2 * MARGIN];
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `${-MARGIN} ${-MARGIN} ${width} ${height}`);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.setAttribute('font-family', styles.fontFamily);
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ x: -MARGIN, y: -MARGIN, width, height, fill: styles.backgroundColor })) {
    paper.setAttribute(name, String(value));
  }
  svg.append(paper, copy);
  return new XMLSerializer().serializeToString(svg);
}

function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of CARRIED) {
    const value = style.getPropertyValue(name);
    if (value && value !== 'none' && value !== 'auto') to.setAttribute(name, value);
    else if (name === 'fill' && value === 'none') to.setAttribute(name, 'none');
  }
  for (const name of [...to.attributes].map((attribute) => attribute.name)) {
    if (name === 'class' || name === 'tabindex' || name === 'role' || /^(aria|data)-/.test(name))
      to.removeAttribute(name);
  }
  const children = [...to.children];
  for (const [at, child] of [...from.children].entries()) {
    // What is only there for a hand is left out: handles, and wide lines that are easy to hit.
    if (child.matches('.handle, .hit, .toggle, .rubber') || getComputedStyle(child).visibility === 'hidden') {
      children[at]!.remove();
    } else inline(child, children[at]!);
  }
}
