import { describe, expect, it } from 'vitest';
import { needsBuildKit, rewriteDockerfile } from './dockerfile';

const image = (name: string) => `mirror/${name}`;

describe('a Dockerfile on its way', () => {
  it.each([
    ['FROM a', 'FROM mirror/a'],
    ['from a as b\nFROM b', 'from mirror/a AS b\nFROM b'],
    ['FROM --platform=linux/amd64 a:1 AS x', 'FROM --platform=linux/amd64 mirror/a:1 AS x'],
    ['FROM scratch', 'FROM scratch'],
    ['ARG BASE=a\nFROM $BASE', 'ARG BASE=a\nFROM $BASE'],
    [
      'FROM a AS b\nCOPY --from=b x y\nCOPY --from=0 x y\nCOPY --from=c x y',
      'FROM mirror/a AS b\nCOPY --from=b x y\nCOPY --from=0 x y\nCOPY --from=mirror/c x y',
    ],
    ['FROM a\n# FROM b\nRUN echo FROM c', 'FROM mirror/a\n# FROM b\nRUN echo FROM c'],
    [
      'FROM a\nRUN sql "SELECT x \\\n  FROM users"\nFROM b',
      'FROM mirror/a\nRUN sql "SELECT x \\\n  FROM users"\nFROM mirror/b',
    ],
    ['FROM a\r\nRUN x \\ \r\n# why\r\n\r\nFROM y\r\nRUN z', 'FROM mirror/a\nRUN x \\ \r\n# why\r\n\r\nFROM y\r\nRUN z'],
    [
      'FROM a\nRUN sql <<-"END"\nSELECT x\nFROM users\n\tEND\nFROM b',
      'FROM mirror/a\nRUN sql <<-"END"\nSELECT x\nFROM users\n\tEND\nFROM mirror/b',
    ],
    [
      'RUN cat <<EOF >x && \\\n  cat x\nFROM y\nEOF\nFROM b',
      'RUN cat <<EOF >x && \\\n  cat x\nFROM y\nEOF\nFROM mirror/b',
    ],
    [
      'LABEL a="b <<END"\nRUN py -c "print(1 <<x)"\nFROM b',
      'LABEL a="b <<END"\nRUN py -c "print(1 <<x)"\nFROM mirror/b',
    ],
    ['RUN echo $((1<<n)) <<<x\nFROM b', 'RUN echo $((1<<n)) <<<x\nFROM mirror/b'],
    ['COPY --chown=1:2 --from=c x y', 'COPY --chown=1:2 --from=mirror/c x y'],
  ])('%j', (text, expected) => {
    expect(rewriteDockerfile(text, { image, trust: null })).toBe(expected);
  });

  it('trusts certificates in each stage that starts from an image', () => {
    const trust = { file: 'ca', place: '/ca', variables: { PIP_CERT: '/ca' } };
    const text = 'FROM a AS b\nRUN x\nFROM b\nFROM scratch\n';
    expect(rewriteDockerfile(text, { image: (name) => name, trust })).toBe(
      'FROM a AS b\nCOPY ca /ca\nARG PIP_CERT=/ca\nRUN x\nFROM b\nFROM scratch\n',
    );
  });
});

describe('BuildKit', () => {
  it.each([
    ['FROM a\nRUN --mount=type=cache,target=/c pip install x', true],
    ['# syntax=docker/dockerfile:1\nFROM a', true],
    ['FROM a\nCOPY --link x y', true],
    ['FROM a\nRUN <<EOF\necho\nEOF', true],
    ['FROM a\nRUN pip install --mount x', false],
    ['FROM a\nCOPY --from=b x y\nRUN a << 1', false],
  ])('%j needs it: %s', (text, needed) => {
    expect(needsBuildKit(text)).toBe(needed);
  });
});
