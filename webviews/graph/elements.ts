/** Makes elements. Text is always text; nothing is parsed as markup. */
export function append<K extends keyof HTMLElementTagNameMap>(
  to: HTMLElement,
  tag: K,
  style?: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (style) element.className = style;
  to.append(element);
  return element;
}

/** An icon of 16 by 16, in the colour of the text around it. */
export function drawn(path: string): SVGSVGElement {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('class', 'icon');
  icon.setAttribute('aria-hidden', 'true');
  const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  stroke.setAttribute('d', path);
  icon.append(stroke);
  return icon;
}
