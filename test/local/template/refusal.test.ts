import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startWorld } from '../../../lib/local/world.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { smallAssembly } from '../small-world.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Returns the small assembly with more resources. */
function assemblyWith(resources: Record<string, JsonObject>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  cpSync(smallAssembly, folder, { recursive: true });
  const file = join(folder, 'Small.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  Object.assign(template.Resources, resources);
  writeFileSync(file, JSON.stringify(template));
  return folder;
}

const fn = {
  Handler: 'probe.handler',
  Role: { 'Fn::GetAtt': ['ProbeRole', 'Arn'] },
  Code: { S3Key: 'handlers.zip' },
};
const rows: [string, Record<string, JsonObject>, RegExp][] = [
  [
    'types it does not bring up, all at once',
    { A: { Type: 'AWS::EC2::VPC' }, B: { Type: 'Custom::Thing' } },
    /Resources\.A\.Type: .*AWS::EC2::VPC[\s\S]*Resources\.B\.Type: .*Custom::Thing/,
  ],
  [
    'a property it does not know',
    { A: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } },
    /Resources\.A\.Properties\.FifoQueue/,
  ],
  [
    'another runtime',
    { A: { Type: 'AWS::Lambda::Function', Properties: { ...fn, Runtime: 'python3.14' } } },
    /only Node\.js runs locally/,
  ],
  [
    'code that is not there',
    {
      A: {
        Type: 'AWS::Lambda::Function',
        Properties: { ...fn, Runtime: 'nodejs24.x', Code: { S3Key: 'x' } },
      },
    },
    /no asset/,
  ],
  [
    'a managed policy it does not know',
    {
      A: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: [] },
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        },
      },
    },
    /ReadOnlyAccess/,
  ],
  [
    'a pattern that EventBridge would refuse',
    { A: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { a: [{ startsWith: 'x' }] } } } },
    /startsWith/,
  ],
  [
    'a reference to nothing',
    { A: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { Ref: 'Nothing' } } } },
    /Nothing/,
  ],
];
test.each(rows)('rejects %s', async (_what, resources, message) => {
  await expect(startWorld({ assemblyDirectory: assemblyWith(resources) })).rejects.toThrow(message);
});

test('rejects a folder that is not an assembly, and a stack that is not in it', async () => {
  await expect(startWorld({ assemblyDirectory: tmpdir() })).rejects.toThrow(/manifest\.json can't be read/);
  await expect(startWorld({ assemblyDirectory: smallAssembly, stackName: 'Other' })).rejects.toThrow(/Small/);
});
