import { figure, type Scale } from './scale';

/** The axis below a plot, with its name. */
export function AxisX({ scale, y, name, width }: { scale: Scale; y: number; name: string; width: number }) {
  const about = Math.max(3, Math.floor(width / 110));
  return (
    <g class="axis">
      <line x1={scale(scale.domain[0])} x2={scale(scale.domain[1])} y1={y} y2={y} />
      {scale.ticks(about).map((value) => (
        <g key={value} transform={`translate(${scale(value)},${y})`}>
          <line y2={5} />
          <text y={18} text-anchor="middle">
            {figure(value)}
          </text>
        </g>
      ))}
      <text x={scale(scale.domain[1])} y={y + 34} text-anchor="end">
        {name}
      </text>
    </g>
  );
}

/** The axis at the left. */
export function AxisY({ scale, x, name }: { scale: Scale; x: number; name: string }) {
  return (
    <g class="axis">
      <line x1={x} x2={x} y1={scale(scale.domain[0])} y2={scale(scale.domain[1])} />
      {scale.ticks(4).map((value) => (
        <g key={value} transform={`translate(${x},${scale(value)})`}>
          <line x2={-5} />
          <text x={-8} dy="0.35em" text-anchor="end">
            {figure(value)}
          </text>
        </g>
      ))}
      <text x={x - 4} y={scale(scale.domain[1]) - 8}>
        {name}
      </text>
    </g>
  );
}
