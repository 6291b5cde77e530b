/**
 * One step of Adam (Kingma and Ba) for `count` weights, a multiple of four. The gradient is the sum of `shards` rows, `stride` bytes
 * apart. Nothing is fused: the same bits in both compilations.
 */
export function adam(
  weights: usize,
  mean: usize,
  square: usize,
  gradients: usize,
  stride: i32,
  shards: i32,
  count: i32,
  beta1: f64,
  beta2: f64,
  scale: f32,
  corrected: f32,
  epsilon: f32,
): void {
  for (let at = 0; at < count << 2; at += 16) {
    let g = v128.load(gradients + at);
    for (let shard = 1; shard < shards; shard++) g = f32x4.add(g, v128.load(gradients + shard * stride + at));
    const m = blend(v128.load(mean + at), g, beta1);
    const s = blend(v128.load(square + at), f32x4.mul(g, g), beta2);
    v128.store(mean + at, m);
    v128.store(square + at, s);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(s, f32x4.splat(corrected))), f32x4.splat(epsilon));
    const step = f32x4.div(f32x4.mul(m, f32x4.splat(scale)), root);
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), step));
  }
}

/** beta * old + (1 - beta) * seen */
function blend(old: v128, seen: v128, beta: f64): v128 {
  return f32x4.add(f32x4.mul(old, f32x4.splat(<f32>beta)), f32x4.mul(seen, f32x4.splat(<f32>(1 - beta))));
}
