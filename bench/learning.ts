import {
  type Backend,
  LearningError,
  openBackend,
  predictClassifier,
  reconstructionLoss,
  trainAutoencoder,
  trainClassifier,
} from '../learning';
import { readMnist } from '../learning/mnist.fixture';

/**
 * Milliseconds a sample of training and inference, for the paper's autoencoder, the cnn and the mlp, on real digits and on
 * each backend that is there. `cpuMs` is this process' time on all cores together, `ms` the clock's.
 */

const trained = 3200;
const predicted = 5000;

interface Cost {
  ms: number;
  cpuMs: number;
}

async function cost(samples: number, work: () => Promise<unknown>): Promise<Cost> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  const perSample = (ms: number) => Number((ms / samples).toFixed(4));
  return { ms: perSample(performance.now() - began), cpuMs: perSample((user + system) / 1000) };
}

async function measure(backend: Backend): Promise<object> {
  const { data, labels } = readMnist('train', trained);
  const test = readMnist('t10k', predicted).data;
  const options = { epochs: 1, batch: 64, rate: 0.004, seed: 1 };
  const results: Record<string, { training: Cost; inference: Cost }> = {};
  for (const architecture of ['cnn', 'mlp'] as const) {
    const train = () => trainClassifier(backend, data, labels, { ...options, architecture, classes: 10 });
    // Once before the clock: compiling and first allocations are no cost of a sample.
    (await train()).dispose();
    let model: Awaited<ReturnType<typeof train>> | undefined;
    const training = await cost(trained, async () => {
      model = await train();
    });
    const inference = await cost(predicted, () => predictClassifier(backend, model!, test));
    model!.dispose();
    results[architecture] = { training, inference };
  }
  (await trainAutoencoder(backend, data, options)).dispose();
  let autoencoder: Awaited<ReturnType<typeof trainAutoencoder>> | undefined;
  const training = await cost(trained, async () => {
    autoencoder = await trainAutoencoder(backend, data, options);
  });
  const inference = await cost(predicted, () => reconstructionLoss(backend, autoencoder!, test));
  autoencoder!.dispose();
  results.autoencoder = { training, inference };
  return { version: backend.version, ...results };
}

async function main(): Promise<void> {
  const backends: Record<string, object> = {};
  for (const name of ['wasm', 'tfjs-node'] as const) {
    const began = performance.now();
    try {
      const backend = await openBackend(name);
      const openMs = Math.round(performance.now() - began);
      backends[name] = { openMs, ...(await measure(backend)), tensorsLeft: backend.tf.memory().numTensors };
      backend.dispose();
    } catch (error) {
      if (!(error instanceof LearningError)) throw error;
      backends[name] = { absent: error.fault.message };
    }
  }
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(JSON.stringify({ node: process.version, trained, predicted, batch: 64, memoryMiB: memory, backends }));
}

void main();
