/** What both runtimes are made with. Plain data: the engine reads it from the workspace's settings. */
export interface RuntimeOptions {
  /** Absolute path of the workspace's `.scanflow` folder. */
  root: string;
  /** Absolute path of the built-in nodes' bundle, `dist/nodes.js`; its folder also holds their `.wasm` files. */
  bundle: string;
  settings: RuntimeSettings;
}

/** Everything is optional: an empty object is a machine with ordinary Docker, Python and network. */
export interface RuntimeSettings {
  /** Image name as written in a workflow -> the image that is used instead (mirrors, air-gapped hosts). */
  images?: ReadonlyMap<string, string>;
  /** The image that built-in nodes are put on. Default `node:24-slim`. */
  nodeBase?: string;
  /** The image that `requirements` are installed on. Default `python:3.12-slim`. */
  pythonBase?: string;
  /** The interpreter that virtual environments are made with. Default `python3`. */
  python?: string;
  proxy?: ProxySettings;
  /** Absolute path of a PEM file with the certificates that programs and installers must trust (company proxies). */
  caBundle?: string;
  /** As `DOCKER_HOST`: `unix:///path`, `tcp://host:port`, `npipe:////./pipe/name`. Default: found by itself. */
  dockerHost?: string;
}

export interface ProxySettings {
  http?: string;
  https?: string;
  /** Hosts that are reached without it. Loopback and the tracker are added by themselves. */
  no?: string[];
}
