import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { afterAll, expect } from 'vitest';
import { BatonStack } from '../../lib/infra/baton-stack.ts';
import { readSettings } from '../../lib/infra/settings.ts';
import { story } from '../sample.ts';

/** "AWS CloudFormation quotas" (User Guide): resources of a template, and bytes of one that lies in S3. */
const limits = { resources: 500, bytes: 1024 * 1024 };

const root = join(import.meta.dirname, '..', '..');
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'room-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the templates of a stack with so many environments: name, resources and bytes. */
function templatesWith(count: number) {
  const policyPacks = [{ name: 'starter' }];
  const names = Array.from({ length: count }, (_, index) => `team-${index}`);
  const settings = readSettings({
    environments: Object.fromEntries(names.map((name) => [name, { policyPacks, resourceTypes: ['AWS::*'] }])),
  });
  const app = new App({ analyticsReporting: false, context, outdir: join(folder, String(count)) });
  new BatonStack(app, 'Baton', { settings, code: lambda.Code.fromAsset(join(root, 'lambdas')) });
  const { directory } = app.synth();
  return readdirSync(directory)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => ({
      file,
      resources: Object.keys(JSON.parse(readFileSync(join(directory, file), 'utf8')).Resources).length,
      bytes: statSync(join(directory, file)).size,
    }));
}

story('40 environments fit, with room for as many again', () => {
  const templates = templatesWith(40);
  // One for each environment, one for the types that all of them allow, and the stack itself.
  expect(templates).toHaveLength(42);
  for (const { file, resources, bytes } of templates) {
    expect(resources, file).toBeLessThan(limits.resources * 0.6);
    expect(bytes, file).toBeLessThan(limits.bytes * 0.75);
  }
});
