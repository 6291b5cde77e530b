/**
 * Softmax and cross-entropy of some samples, in double precision: their summed loss, and its gradient by the logits.
 *
 * A few numbers a sample: as operations of a backend they took as long as an mlp's layers.
 *
 * @param logits [samples, classes]
 * @param truth The class of each sample.
 * @param total Loss and gradient are divided by it.
 */
export function crossEntropy(
  logits: Float32Array,
  truth: ArrayLike<number>,
  classes: number,
  total: number,
): { loss: number; gradient: Float32Array } {
  const gradient = new Float32Array(logits.length);
  const odds = new Float64Array(classes);
  let loss = 0;
  for (let sample = 0; sample < truth.length; sample++) {
    const from = sample * classes;
    // What is not a number stays the highest: the training sees it in its loss.
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) highest = Math.max(highest, logits[from + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      odds[c] = Math.exp(logits[from + c]! - highest);
      sum += odds[c]!;
    }
    for (let c = 0; c < classes; c++) gradient[from + c] = odds[c]! / sum / total;
    const right = from + truth[sample]!;
    gradient[right] = (odds[truth[sample]!]! / sum - 1) / total;
    loss += Math.log(sum) - (logits[right]! - highest);
  }
  return { loss: loss / total, gradient };
}
