import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** `npm ci` installs exactly the reviewed contents. */
interface Locked {
  integrity?: string;
  link?: boolean;
  inBundle?: boolean;
}
const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')) as {
  lockfileVersion: number;
  packages: Record<string, Locked>;
};

test('every package in the lock file has the hash of its contents', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(packages.length).toBeGreaterThan(100);
  const without = packages.filter(
    // The hash of a package covers packages that are bundled in it.
    ([, { integrity, inBundle }]) =>
      inBundle !== true && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''),
  );
  expect(without.map(([path]) => path)).toEqual([]);
});
