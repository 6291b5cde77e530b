import type { Backend } from './backend';
import { type Lesson, objectiveOf } from './lesson';
import { weightsIn } from './network/layer';
import { buildNetwork, disposeNetwork, type Network } from './network/network';
import { checkRoomForAdam } from './optimizer';
import { createRandom } from './random';
import { threadsFor, trainInThreads } from './team/threads';
import { checkTrainOptions, type TrainOptions, train } from './train';

/**
 * A network that has learned the lesson: in threads of this program where that pays, else here. Both give the same bits.
 *
 * @throws SF7005 for more weights than there is room for, SF7013, SF7020, SF7021 as `train` does.
 */
export async function learn(backend: Backend, lesson: Lesson, options: TrainOptions): Promise<Network> {
  const { data, layers } = lesson;
  checkTrainOptions(options, data.count);
  if (options.optimizer !== 'sgd') checkRoomForAdam(weightsIn(layers, data.shape));
  const network = buildNetwork(backend, layers, data.shape, createRandom(options.seed));
  try {
    const threads = threadsFor(backend, lesson, options);
    if (threads > 1) await trainInThreads(backend, network, lesson, options, threads);
    else await train(backend, network, data.count, options, objectiveOf(backend, network, lesson, options));
    return network;
  } catch (error) {
    disposeNetwork(network);
    throw error;
  }
}
