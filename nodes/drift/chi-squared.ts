/** How likely a chi-squared variable of these degrees of freedom is at least `x`: the regularised upper incomplete gamma function. */
export function chiSquaredTail(x: number, degrees: number): number {
  const [a, z] = [degrees / 2, x / 2];
  if (!(z > 0)) return 1;
  const scale = Math.exp(a * Math.log(z) - z - logGammaOfHalves(degrees));
  return z < a + 1 ? 1 - scale * lowerSeries(a, z) : scale * upperFraction(a, z);
}

/** log of Gamma(twice / 2), from Gamma(1/2) or Gamma(1) upwards. */
function logGammaOfHalves(twice: number): number {
  let sum = twice % 2 === 1 ? Math.log(Math.PI) / 2 : 0;
  for (let i = twice % 2 === 1 ? 1 : 2; i < twice; i += 2) sum += Math.log(i / 2);
  return sum;
}

/** Converges fast where z is small. */
function lowerSeries(a: number, z: number): number {
  let [sum, term] = [1 / a, 1 / a];
  for (let n = 1; term > sum * 1e-16; n++) {
    term *= z / (a + n);
    sum += term;
  }
  return sum;
}

/** Lentz's continued fraction: converges fast where z is large, and keeps its digits however small the tail is. */
function upperFraction(a: number, z: number): number {
  let b = z + 1 - a;
  let [c, d] = [Number.MAX_VALUE, 1 / b];
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const step = n * (a - n);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}
