import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { AxisX, AxisY } from './axis';
import { Drawing } from './drawing';
import { linear, logarithmic, type Scale } from './scale';
import { useWidth } from './width';

const HEIGHT = 200;
const MARGIN = { left: 52, right: 14, top: 22, bottom: 40 };

interface Axis {
  domain: [number, number];
  name: string;
  /** Its domain lies above 0. */
  logarithmic?: boolean;
}

/** Two axes as wide as there is room, and what is drawn between them. `says`: its accessible name. */
export function Chart(props: { says: string; x: Axis; y: Axis; children: (x: Scale, y: Scale) => ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const scaled = (axis: Axis) => (axis.logarithmic ? logarithmic : linear);
  const x = scaled(props.x)(props.x.domain, [MARGIN.left, width - MARGIN.right]);
  const y = scaled(props.y)(props.y.domain, [HEIGHT - MARGIN.bottom, MARGIN.top]);
  return (
    <Drawing box={box} width={width} height={HEIGHT} says={props.says}>
      <AxisX scale={x} y={HEIGHT - MARGIN.bottom} name={props.x.name} width={width} />
      <AxisY scale={y} x={MARGIN.left} name={props.y.name} />
      {props.children(x, y)}
    </Drawing>
  );
}
