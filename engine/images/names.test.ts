import { describe, expect, it } from 'vitest';
import { fullName, registryOf, remapped } from './names';

describe('an image name in full', () => {
  it.each([
    ['python', 'docker.io/library/python:latest'],
    ['python:3.12-slim', 'docker.io/library/python:3.12-slim'],
    ['user/image', 'docker.io/user/image:latest'],
    ['docker.io/library/python:latest', 'docker.io/library/python:latest'],
    ['localhost/x', 'localhost/x:latest'],
    ['host:5000/x', 'host:5000/x:latest'],
    ['registry.example.com/a/b:c', 'registry.example.com/a/b:c'],
    ['python@sha256:abc', 'docker.io/library/python@sha256:abc'],
    ['host:5000/x:1@sha256:abc', 'host:5000/x@sha256:abc'],
  ])('%s', (name, full) => {
    expect(fullName(name)).toBe(full);
    expect(fullName(full)).toBe(full);
  });

  it('knows its registry', () => {
    expect(registryOf(fullName('python'))).toBe('docker.io');
    expect(registryOf(fullName('host:5000/x'))).toBe('host:5000');
  });
});

describe('remapping', () => {
  const images = new Map([
    ['python:3.12-slim', 'mirror/python:1'],
    ['docker.io/library/busybox', 'box'],
  ]);
  it.each([
    ['python:3.12-slim', 'mirror/python:1'],
    ['docker.io/library/python:3.12-slim', 'mirror/python:1'],
    ['busybox:latest', 'box'],
    ['python:3.13-slim', 'python:3.13-slim'],
    ['other/python:3.12-slim', 'other/python:3.12-slim'],
  ])('%s -> %s', (name, target) => {
    expect(remapped(name, images)).toBe(target);
    expect(remapped(name, undefined)).toBe(name);
  });
});
