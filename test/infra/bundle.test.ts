import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundleHandlers } from '../../lib/infra/bundle.ts';
import { readSettings } from '../../lib/infra/settings.ts';
import { hashOf } from '../../lib/model/json.ts';
import { parseBundle } from '../../lib/policy/index.ts';
import { taskNames } from '../../statemachines/parts.ts';
import { story } from '../sample.ts';
import { scratch } from './synthesized.ts';

const settings = readSettings({
  environments: {
    dev: { policyPacks: [{ name: 'starter', mode: 'warn' }] },
    prod: { policyPacks: [{ name: 'starter' }] },
  },
});
const output = join(scratch, 'bundle-test');
const bundle = () => bundleHandlers({ settings, output });
const contents = () =>
  hashOf(
    readdirSync(output, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(output, file)).isFile())
      .sort()
      .map((file) => [file, readFileSync(join(output, file)).toString('base64')]),
  );

bundle();

/** Limit of a bundle in KB (docs/decisions/0004-light-clients.md). */
const limit = 500;
/** The pump also evaluates policies and the analysis of shifts, and changes DNS records; `admit` reads YAML and checks every Baton block. */
const larger: Record<string, number> = { pump: 515, admit: 510 };

describe('every handler', () => {
  for (const name of taskNames)
    test(`${name} is one file of up to ${larger[name] ?? limit} KB with a source map`, () => {
      const kilobytes = statSync(join(output, `${name}.mjs`)).size / 1000;
      expect(kilobytes).toBeLessThanOrEqual(larger[name] ?? limit);
      expect(readFileSync(join(output, `${name}.mjs`), 'utf8')).toContain(
        `//# sourceMappingURL=${name}.mjs.map`,
      );
    });

  test('can be imported without any environment variable, from its folder alone, and exports handler', () => {
    const script = `for (const url of process.argv.slice(1)) {
      const { handler } = await import(url);
      if (typeof handler !== 'function') throw new Error(url + ' has no handler');
    }`;
    const urls = taskNames.map((name) => pathToFileURL(join(output, `${name}.mjs`)).href);
    execFileSync(process.execPath, ['--input-type=module', '--eval', script, ...urls], {
      env: { PATH: process.env.PATH },
      cwd: '/',
    });
  });
});

test('a handler in its own process reports the expected input, and logs no value', () => {
  // Other imports may set the language of messages, so each handler runs in its own process.
  const answers = ['close-run', 'perform', 'lock-scope'].map((name) => {
    const script = `const { handler } = await import(process.argv[1]);
      await handler({ runId: 17, requestId: ['hunter2'] }, { awsRequestId: '1', invokedFunctionArn: '', getRemainingTimeInMillis: () => 3000 }).catch(({ message }) => console.log(message));`;
    const url = pathToFileURL(join(output, `${name}.mjs`)).href;
    const args = ['--input-type=module', '--eval', script, url];
    const [line = '', ...message] = execFileSync(process.execPath, args, { encoding: 'utf8' }).split('\n');
    expect(JSON.parse(line)).toMatchObject({ function: name, outcome: 'error', Errors: 1 });
    expect(line).not.toContain('hunter2');
    return message.join('');
  });
  expect(answers).toEqual([
    expect.stringContaining('runId: Invalid input: expected string, received number; now:'),
    expect.stringContaining('index: Invalid input: expected number, received undefined'),
    expect.stringContaining('requestId: Invalid input: expected string, received array'),
  ]);
});

describe('next to the handlers', () => {
  test('are the settings with their defaults', () => {
    expect(JSON.parse(readFileSync(join(output, 'settings.json'), 'utf8'))).toEqual(settings);
  });

  test('are the policies of every environment, in its mode', () => {
    const modes = (environment: string) =>
      new Set(
        parseBundle(readFileSync(join(output, 'policies', `${environment}.json`), 'utf8')).policies.map(
          (rule) => rule.mode,
        ),
      );
    expect([modes('dev'), modes('prod')]).toEqual([new Set(['warn']), new Set(['enforce'])]);
  });

  test("are Cedar's wasm and the types", () => {
    expect(readFileSync(join(output, 'cedar_wasm_bg.wasm')).subarray(1, 4).toString()).toBe('asm');
    expect(JSON.parse(readFileSync(join(output, 'types', 'AWS-S3-Bucket.json'), 'utf8')).type).toBe(
      'AWS::S3::Bucket',
    );
  });
});

story('equal sources give equal bytes, regardless of earlier output', () => {
  const before = contents();
  writeFileSync(join(output, 'gone.mjs'), '');
  bundle();
  expect(contents()).toBe(before);
});

test('rejects a missing policy pack by name', () => {
  const missing = readSettings({ environments: { dev: { policyPacks: [{ name: 'no-such-pack' }] } } });
  expect(() => bundleHandlers({ settings: missing, output: join(scratch, 'missing-pack') })).toThrow(
    /no-such-pack/,
  );
});
