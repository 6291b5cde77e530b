/**
 * What Python programs run with; a node's own `env` may say otherwise. Python keeps what it prints to anything but a terminal until it
 * has 8 KiB: the log would lag behind the program, and lack what it said last where it is killed. And it writes what it compiled of a
 * module beside it, where it may: into a model with code, which is an input.
 */
export const PYTHON_DEFAULTS: Readonly<Record<string, string>> = {
  PYTHONUNBUFFERED: '1',
  PYTHONDONTWRITEBYTECODE: '1',
};
