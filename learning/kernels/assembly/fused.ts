/** x * y + z. With relaxed SIMD the processor may round once instead of twice, and is faster: compile.mjs makes both. */
export function madd(x: v128, y: v128, z: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, z);
  return f32x4.add(f32x4.mul(x, y), z);
}
