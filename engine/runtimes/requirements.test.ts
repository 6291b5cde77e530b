import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRequirements, requirementsHash } from './requirements';

describe('requirements', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-requirements-'));
    await mkdir(file('sub'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are read with all that they include', async () => {
    await writeFile(file('all.txt'), 'numpy==2.0 # why\n-r sub/more.txt\n-c limits.txt\n');
    await writeFile(file('sub/more.txt'), 'six\n--requirement=../limits.txt\n-r more.txt\n');
    await writeFile(file('limits.txt'), 'six<2\n');
    const read = await readRequirements(file('all.txt'));
    expect([...read.keys()].sort()).toEqual(['all.txt', 'limits.txt', 'sub/more.txt']);
    expect([...read.keys()][0]).toBe('all.txt');
  });

  it('are understood as PowerShell writes them', async () => {
    await writeFile(file('limits.txt'), 'six<2\n');
    await writeFile(file('all.txt'), Buffer.from('\ufeff-r limits.txt\r\nnumpy==2.0\r\n', 'utf16le'));
    expect([...(await readRequirements(file('all.txt')))]).toEqual([
      ['all.txt', '-r limits.txt\r\nnumpy==2.0\r\n'],
      ['limits.txt', 'six<2\n'],
    ]);
  });

  it('may be written on Windows, and are read and installed everywhere', async () => {
    await writeFile(
      file('all.txt'),
      '-r sub\\more.txt\r\n-c .\\limits.txt\nsix \\\n  --hash=sha256:a\n-r\\\n  limits.txt\n',
    );
    await writeFile(file('sub/more.txt'), '--requirement=..\\limits.txt');
    await writeFile(file('limits.txt'), 'six<2\n');
    expect(Object.fromEntries(await readRequirements(file('all.txt')))).toEqual({
      'all.txt': '-r sub/more.txt\r\n-c ./limits.txt\nsix \\\n  --hash=sha256:a\n-r\\\n  limits.txt\n',
      'sub/more.txt': '--requirement=../limits.txt',
      'limits.txt': 'six<2\n',
    });
  });

  it('have one hash for one content, wherever they are', async () => {
    const hash = async (text: string) => {
      await writeFile(file('limits.txt'), text);
      return requirementsHash(await readRequirements(file('all.txt')));
    };
    const first = await hash('six<2\n');
    expect(await hash('six<3\n')).not.toBe(first);
    expect(await hash('six<2\n')).toBe(first);
  });

  it.each([
    '-e .',
    './wheel.whl',
    '/abs/x',
    '../up',
    '.',
    'x @ file:///y',
    'file:x',
    '--editable=./z',
    '..',
    '.[dev]',
    'wheels/mine-1.0-py3-none-any.whl',
    'wheels\\mine',
    'C:\\wheels\\mine',
    'mine-1.0-py3-none-any.whl',
    'mine-1.0-py3-none-any.whl[extra] ; python_version > "3"',
    'mine-1.0.tar.gz  # ours',
    'Mine-1.0.ZIP --hash=sha256:00',
    'x@file:///y',
    'git+file:///y',
    'FILE:///y',
    '-f wheels',
    '-fwheels',
    '--find-links ./wheels',
    '--find-links="our wheels"',
    '--pre --find-links=file:///wheels',
    '-i ./index',
    '--extra-index-url file:///index',
    '-e \\\n  mine',
    'wheels\\\n/mine',
    '# why \\\n./mine',
    'six # why \\\n./mine',
    'wheels/mine\\',
    '-r ../other.txt',
    '-r /etc/passwd',
    '-r absent.txt',
  ])('are refused with %j', async (line) => {
    await writeFile(file('bad.txt'), `six\n${line}\n`);
    await expect(readRequirements(file('bad.txt'))).rejects.toMatchObject({
      fault: { code: 'SF4012', class: 'request' },
    });
  });

  it.each([
    'x @ https://example.com/x.whl',
    'git+https://example.com/x',
    '--index-url https://example.com',
    'a.b-c[d]>=1',
    'x@https://example.com/a/x.tar.gz',
    'https://example.com/a/x.whl',
    'x @ git+ssh://git@example.com/a/x.git@main',
    'x==1 ; sys_platform == "win32" and extra == "a/b"',
    'x==1 --hash=sha256:00 --config-settings="a=b/c"',
    'x  # see docs/readme.zip',
    '# ./wheels',
    '-f https://example.com/links.html',
    '--find-links="https://example.com/links.html"',
    `--extra-index-url=\${INDEX}/simple`,
    '--trusted-host example.com:80',
    '--no-binary :all:',
    '-rlimits.txt',
  ])('may have %j', async (line) => {
    await writeFile(file('good.txt'), `${line}\n`);
    expect((await readRequirements(file('good.txt'))).has('good.txt')).toBe(true);
  });
});
