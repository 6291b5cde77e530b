import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { drain } from '../../images/progress';
import { tarOf } from '../../images/tar';
import { statusOf } from './errors';
import { LABEL } from './labels';

/**
 * The anchor of a run holds its network open and does nothing else. Its image is one program of a few machine
 * instructions, made here: no image has to be pulled for it, and it starts as fast as a container can. It sleeps until
 * a signal and then sleeps again; as the first process of its container it has no children to reap, and only SIGKILL
 * ends it, which is how it is removed.
 */
const PROGRAMS = new Map<string, { machine: number; code: number[] }>([
  // mov eax, 34 (pause); syscall; jmp back
  ['amd64', { machine: 62, code: [0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7] }],
  [
    'arm64',
    {
      machine: 183,
      code: words(
        0xd2800000, // mov x0, #0
        0xd2800001, // mov x1, #0
        0xd2800002, // mov x2, #0
        0xd2800003, // mov x3, #0
        0xd2800928, // mov x8, #73 (ppoll of nothing, for ever)
        0xd4000001, // svc #0
        0x17fffffa, // b back
      ),
    },
  ],
]);

/** A 64-bit little-endian ELF with one loadable segment: the headers and the code. */
export function anchorProgram(architecture: string): Buffer | null {
  const program = PROGRAMS.get(architecture);
  if (!program) return null;
  const base = 0x400000n;
  const size = 64 + 56 + program.code.length;
  const file = Buffer.alloc(size);
  file.write('\x7fELF', 'latin1');
  file.set([2, 1, 1], 4); // 64 bits, little endian, version 1
  file.writeUInt16LE(2, 16); // executable
  file.writeUInt16LE(program.machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(base + 120n, 24); // entry
  file.writeBigUInt64LE(64n, 32); // program headers
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // load
  file.writeUInt32LE(5, 68); // readable, executable
  file.writeBigUInt64LE(base, 80);
  file.writeBigUInt64LE(base, 88);
  file.writeBigUInt64LE(BigInt(size), 96);
  file.writeBigUInt64LE(BigInt(size), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  file.set(program.code, 120);
  return file;
}

function words(...instructions: number[]): number[] {
  return instructions.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]);
}

/**
 * Makes the anchor's image where the daemon lacks it.
 *
 * @returns its name; null on an architecture for which there is no program.
 */
export async function anchorImage(docker: Docker, architecture: string): Promise<string | null> {
  const program = anchorProgram(architecture);
  if (!program) return null;
  const name = `scanflow/anchor:${createHash('sha256').update(program).digest('hex').slice(0, 12)}`;
  try {
    await docker.getImage(name).inspect();
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    const [repo, tag] = name.split(':');
    const changes = [`LABEL ${LABEL.image}=anchor`, 'ENTRYPOINT ["/anchor"]'];
    const archive = tarOf([{ name: 'anchor', content: program, mode: 0o755 }]);
    await drain(await docker.importImage(archive, { repo, tag, changes }));
  }
  return name;
}
