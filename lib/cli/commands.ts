import type { Command } from './command.ts';
import type { OptionTable } from './option.ts';
import {
  cancelOptions,
  decommissionOptions,
  inventoryListOptions,
  jsonOption,
  localRunOptions,
  localUpOptions,
  noOptions,
  planOptions,
  submitOptions,
} from './options.ts';

/** Keeps a command's run to the types of its own options, whatever table it stands in. */
function command<Options extends OptionTable>(spec: Command<Options>): Command {
  return spec as unknown as Command;
}

const file = { name: 'FILE', count: 'one' } as const;
const files = { name: 'FILE', count: 'many' } as const;

/** Every command, in the order of the help. The file of a command is named after it. */
export const commands: readonly Command[] = [
  command({
    name: 'local run',
    summary: 'Carry requests out in a fresh local cloud, one after the other',
    description:
      'Brings up a local cloud from the synthesized template, submits each file through its bus, shows the\n' +
      'verdicts, the plan, what happens to each resource, and the assets at the end. No AWS account is needed.',
    operand: files,
    options: localRunOptions,
    examples: [
      'baton local run examples/web-app.yaml',
      'baton local run examples/web-app.yaml --fail Database:9',
      'baton local run template.yaml --parameter Size=small --inputs inputs.json --json',
    ],
    load: () => import('./commands/local-run.ts'),
  }),
  command({
    name: 'local up',
    summary: 'Keep a local cloud running on 127.0.0.1:4566',
    description:
      'The other commands work on it through AWS_ENDPOINT_URL as they work on AWS. Ctrl-C ends it.',
    options: localUpOptions,
    examples: ['baton local up', 'baton local up --state .baton/cloud --speed 60'],
    load: () => import('./commands/local-up.ts'),
  }),
  command({
    name: 'submit',
    summary: 'Submit a request and watch it to its end',
    operand: file,
    options: submitOptions,
    examples: ['baton submit examples/web-app.yaml', 'baton submit template.json --environment dev --detach'],
    load: () => import('./commands/submit.ts'),
  }),
  command({
    name: 'watch',
    summary: 'Watch a request to its end',
    operand: { name: 'REQUEST', count: 'one' },
    options: jsonOption,
    examples: ['baton watch req-1f0c9a52'],
    load: () => import('./commands/watch.ts'),
  }),
  command({
    name: 'cancel',
    summary: 'Stop a request: what is in flight settles, what was done is undone',
    operand: { name: 'REQUEST', count: 'one' },
    options: cancelOptions,
    examples: ['baton cancel req-1f0c9a52 --reason "wrong region"'],
    load: () => import('./commands/cancel.ts'),
  }),
  command({
    name: 'plan',
    summary: 'Show what a request would do, without submitting it',
    operand: file,
    options: planOptions,
    examples: ['baton plan examples/web-app.yaml'],
    load: () => import('./commands/plan.ts'),
  }),
  command({
    name: 'inventory list',
    summary: 'List assets by type, owner, service, environment or status',
    options: inventoryListOptions,
    examples: [
      'baton inventory list --service web-app',
      'baton inventory list --type AWS::S3::Bucket --json',
    ],
    load: () => import('./commands/inventory-list.ts'),
  }),
  command({
    name: 'inventory show',
    summary: 'Show an asset: its versions, what it needs and what needs it',
    operand: { name: 'ASSET', count: 'one' },
    options: jsonOption,
    examples: ['baton inventory show 5f1c0a9e2b7d4c3f8a6e1d0b9c8a7f6e'],
    load: () => import('./commands/inventory-show.ts'),
  }),
  command({
    name: 'decommission',
    summary: 'Retire assets, in the reverse order of what needs what',
    operand: { name: 'ASSET', count: 'many' },
    options: decommissionOptions,
    examples: ['baton decommission 5f1c0a9e2b7d4c3f8a6e1d0b9c8a7f6e --reason "service shut down"'],
    load: () => import('./commands/decommission.ts'),
  }),
  command({
    name: 'schema',
    summary: 'Print the JSON Schema of a manifest',
    options: noOptions,
    examples: ['baton schema > manifest.schema.json'],
    load: () => import('./commands/schema.ts'),
  }),
  command({
    name: 'help',
    summary: 'Explain Baton, or one command',
    operand: { name: 'COMMAND', count: 'optional' },
    options: noOptions,
    examples: ['baton help local run'],
    load: () => import('./commands/help.ts'),
  }),
  command({
    name: 'version',
    summary: 'Print the version',
    options: noOptions,
    examples: ['baton version'],
    load: () => import('./commands/version.ts'),
  }),
];
