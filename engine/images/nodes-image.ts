import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { bundleFiles, bundleIdentity } from '../runtimes/bundle';
import { LABEL } from '../runtimes/docker/labels';
import type { RuntimeOptions, RuntimeSettings } from '../runtimes/options';
import { commitImage } from './commit';
import { remapped } from './names';
import { findImage, haveImage, type Watch } from './pull';
import { tarOf } from './tar';

const BASE = 'node:24-slim';
const PLACE = 'opt/scanflow';

/** The image that Node programs run in, and that the built-in nodes are put on. */
export function nodeBase(settings: RuntimeSettings): string {
  return remapped(settings.nodeBase ?? BASE, settings.images);
}

/** The image of the built-in nodes: the Node base with their bundle. It needs the base only while it is made. */
export async function nodesImage(
  docker: Docker,
  options: RuntimeOptions,
  maker: string,
  watch: Watch,
): Promise<{ tag: string; identity: string }> {
  const { bundle, settings } = options;
  const identity = await bundleIdentity(bundle);
  const tag = `scanflow/nodes:${createHash('sha256')
    .update(`${identity}\0${settings.nodeBase ?? BASE}`)
    .digest('hex')
    .slice(0, 20)}`;
  if (await findImage(docker, tag)) return { tag, identity };
  const from = await haveImage(docker, nodeBase(settings), watch);
  watch.progress('making the image of the built-in nodes');
  const files = [...(await bundleFiles(bundle))];
  const program = files[0]?.[0];
  await commitImage(
    docker,
    {
      tag,
      maker,
      options: { Image: from.Id },
      changes: [
        `ENTRYPOINT ${JSON.stringify(['node', `/${PLACE}/${program}`])}`,
        'CMD []',
        `LABEL ${LABEL.image}=nodes`,
      ],
      async change(container) {
        const archive = tarOf(files.map(([name, content]) => ({ name: `${PLACE}/${name}`, content })));
        await container.putArchive(archive, { path: '/' });
      },
    },
    watch,
  );
  return { tag, identity };
}
