/**
 * Python keeps what it prints to anything but a terminal until it has 8 KiB: the log would lag behind the program, and
 * lack what it said last where it is killed. A node's own `env` may say otherwise.
 */
export const UNBUFFERED: Readonly<Record<string, string>> = { PYTHONUNBUFFERED: '1' };
