import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { story } from '../sample.ts';
import { baton } from './support.ts';

/** The first commands of the README, with the settings that ship: `prod` needs approvals, `dev` doesn't. */
const { scripts } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
) as { scripts: { start: string } };
const [node, file, ...words] = scripts.start.split(' ');
const example = 'examples/web-app.yaml';

describe('the first commands', () => {
  it('npm start completes, with the people in its script', async () => {
    expect([node, file]).toEqual(['node', 'bin/baton.ts']);
    expect(words).toEqual(expect.arrayContaining(['--as', '--approve-as']));
    const { status, stdout } = await baton(words);
    expect(status, stdout).toBe(0);
    const [, capsule] = /capsule ([0-9a-f]{64})/.exec(stdout) ?? [];
    expect(capsule).toBeDefined();
    expect(stdout).toContain(`Completed ${example}`);
  }, 180_000);

  story(
    'a prod request waits without approvers',
    async () => {
      const { status, stdout, stderr } = await baton(['local', 'run', example]);
      expect({ status, stdout }).toEqual({
        status: 3,
        stdout: expect.stringContaining('Waiting for approval'),
      });
      expect(stderr).toContain('--approve-as');
    },
    180_000,
  );

  story(
    'a dev request needs no approval',
    async () => {
      const { status, stdout } = await baton(['local', 'run', example, '--environment', 'dev']);
      expect(status, stdout).toBe(0);
      expect(stdout).not.toMatch(/approv/i);
    },
    180_000,
  );
});
