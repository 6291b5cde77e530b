import type { Tracker } from './tracker';

/**
 * The addresses on which the tracker listens: each is opened once and serves every run.
 *
 * @returns a function that makes it listen on the hosts (the first free port, or the former one) and gives the port.
 */
export function trackerAddresses(tracker: Tracker): (hosts: readonly string[], former: number) => Promise<number> {
  const open = new Map<string, Promise<number>>();
  const listen = async (host: string, port: number): Promise<number> =>
    Number(new URL((await tracker.listen(host, port)).uri).port);
  return async (hosts, former) => {
    let port = former;
    for (const host of hosts) {
      let listening = open.get(host);
      if (!listening) {
        // The former port may be taken by now: any other serves the nodes that are yet to start.
        listening = listen(host, port).catch(() => listen(host, 0));
        open.set(host, listening);
        // The next run tries again.
        listening.catch(() => open.delete(host));
      }
      port = await listening;
    }
    return port;
  };
}
