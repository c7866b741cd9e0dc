import type { Command } from './command.ts';
import type { OptionTable } from './option.ts';
import {
  auditExportOptions,
  auditKeyOptions,
  auditReportOptions,
  auditVerifyOptions,
  cancelOptions,
  changesListOptions,
  changesShowOptions,
  decideOptions,
  decommissionOptions,
  governanceCheckOptions,
  inventoryListOptions,
  jsonOption,
  localRunOptions,
  localUpOptions,
  noOptions,
  planOptions,
  policyCheckOptions,
  policyExplainOptions,
  policyListOptions,
  submitOptions,
  watchOptions,
} from './options.ts';

/** Keeps a command's run to the types of its own options, whatever table it stands in. */
function command<Options extends OptionTable>(spec: Command<Options>): Command {
  return spec as unknown as Command;
}

const change = { name: 'CHANGE', count: 'one' } as const;
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
      'baton local run examples/web-app.yaml --as ana --approve-as ben --approve-as cho',
      'baton local run examples/web-app.yaml --environment dev --fail Database:9',
      'baton local run examples/walk-through/2-mended.yaml --approve-as ben',
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
    name: 'local wait',
    summary: 'Let time pass on a local cloud that is up',
    description:
      'There, nobody waits for the clock: it stands still when nothing happens. What is due meanwhile happens at its\n' +
      'own time: schedules such as the seal of the audit trail, windows, deadlines of people.',
    operand: { name: 'DURATION', count: 'one' },
    options: noOptions,
    examples: ['baton local wait 90m', 'baton local wait 3d'],
    load: () => import('./commands/local-wait.ts'),
  }),
  command({
    name: 'submit',
    summary: 'Submit a request and watch it to its end',
    operand: file,
    options: submitOptions,
    examples: [
      'baton submit examples/web-app.yaml',
      'baton submit template.json --environment dev --detach',
      'baton submit examples/web-app.yaml --id shop-release-1',
    ],
    load: () => import('./commands/submit.ts'),
  }),
  command({
    name: 'watch',
    summary: 'Watch a request to its end',
    operand: { name: 'REQUEST', count: 'one' },
    options: watchOptions,
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
    name: 'changes list',
    summary: 'List changes: under way, to be reviewed, ended lately',
    options: changesListOptions,
    examples: ['baton changes list', 'baton changes list --environment prod --status AwaitingApproval'],
    load: () => import('./commands/changes-list.ts'),
  }),
  command({
    name: 'changes show',
    summary: 'Show what a change would do, its risks, and who must approve it',
    operand: change,
    options: changesShowOptions,
    examples: ['baton changes show CHG-req-1f0c9a52'],
    load: () => import('./commands/changes-show.ts'),
  }),
  command({
    name: 'approve',
    summary: 'Approve a change, as whoever the AWS credentials are',
    description:
      'What is approved is a capsule: the plan, its verdicts, its risks and all it depends on. Where any of that has\n' +
      'moved since, the change asks anew. Nobody approves what they asked for themselves.',
    operand: change,
    options: decideOptions,
    examples: [
      'baton approve CHG-req-1f0c9a52 --capsule HASH',
      'baton approve CHG-req-1f0c9a52 --reason "looked at it with Ben"',
    ],
    load: () => import('./commands/approve.ts'),
  }),
  command({
    name: 'reject',
    summary: 'Reject a change, with a reason: one rejection ends it',
    operand: change,
    options: decideOptions,
    examples: ['baton reject CHG-req-1f0c9a52 --capsule HASH --reason "not in the week of the audit"'],
    load: () => import('./commands/reject.ts'),
  }),
  command({
    name: 'withdraw',
    summary: 'Withdraw a change one has asked for, while it awaits approval',
    operand: change,
    options: decideOptions,
    examples: ['baton withdraw CHG-req-1f0c9a52 --capsule HASH --reason "not needed any more"'],
    load: () => import('./commands/withdraw.ts'),
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
    name: 'policy check',
    summary: 'Judge manifests and CloudFormation templates as they stand, without an account',
    description:
      'Each rule fails, passes or, where it has nothing to speak of, skips a file. Nothing is validated or resolved: a\n' +
      'rule that depends on a value the file does not hold (a parameter, another resource) fails and names it. Folders\n' +
      'are searched for templates. By default all rules that come with Baton judge. Exit status 2 if any rule fails.',
    operand: { name: 'FILE', count: 'many' },
    options: policyCheckOptions,
    examples: [
      'baton policy check template.yaml',
      'baton policy check templates/ --framework hipaa-security --format sarif > findings.sarif',
      'baton policy check template.yaml --rule S3_BUCKET_VERSIONING_ENABLED',
    ],
    load: () => import('./commands/policy-check.ts'),
  }),
  command({
    name: 'policy list',
    summary: 'List rules, or with `--framework` those that support its controls',
    options: policyListOptions,
    examples: ['baton policy list', 'baton policy list --framework nist800-53rev5 --format json'],
    load: () => import('./commands/policy-list.ts'),
  }),
  command({
    name: 'policy explain',
    summary: 'Explain a rule: what it asks for, what it judges, which controls it supports',
    operand: { name: 'RULE', count: 'one' },
    options: policyExplainOptions,
    examples: [
      'baton policy explain S3_BUCKET_VERSIONING_ENABLED',
      'baton policy explain DYNAMODB_PITR_ENABLED --framework hipaa-security',
    ],
    load: () => import('./commands/policy-explain.ts'),
  }),
  command({
    name: 'policy test',
    summary: 'Check packs and run the cases that lie beside their rules',
    description:
      'FOLDER is a pack: rules in .cedar files, the cases of RULE in tests/rule.yaml. Without it, the packs that the\n' +
      'settings name are tested. A rule that can never apply, or names a property that does not exist, is an error.',
    operand: { name: 'FOLDER', count: 'any' },
    options: noOptions,
    examples: ['baton policy test policies/house'],
    load: () => import('./commands/policy-test.ts'),
  }),
  command({
    name: 'governance check',
    summary: 'List who can speak as the users and roles that the settings name, and warn',
    description:
      'A role in a group is everybody who can assume it, through however many roles, or rewrite whom it trusts. Reads whom\n' +
      'the deployed settings name, and IAM: needs iam:GetAccountAuthorizationDetails, as the AWS policy SecurityAudit gives\n' +
      'it. Exit status 2 if it warns of anything.',
    options: governanceCheckOptions,
    examples: ['baton governance check', 'baton governance check --environment prod --json'],
    load: () => import('./commands/governance-check.ts'),
  }),
  command({
    name: 'audit export',
    summary: 'Write the audit trail to a bundle that stands by itself',
    description:
      'Everything, or every chain that moved within a time, whole: entries, seals with their signatures, decisions,\n' +
      'and every document they name. docs/audit.md has the form. The same trail makes the same bundle.',
    options: auditExportOptions,
    examples: [
      'baton audit export --out trail.jsonl.gz',
      'baton audit export --out evidence/ --from 2027-01-01 --to 2027-03-31',
    ],
    load: () => import('./commands/audit-export.ts'),
  }),
  command({
    name: 'audit verify',
    summary: 'Check a bundle offline: nothing altered, every change allowed and approved',
    description:
      'Names the first break: where, what is expected there and what is found. Exit status 2 if there is one.\n' +
      'Needs no access to the account, only the public key: get it yourself, not from whoever hands you the bundle.',
    operand: { name: 'BUNDLE', count: 'one' },
    options: auditVerifyOptions,
    examples: ['baton audit verify trail.jsonl.gz --key baton-audit.pem'],
    load: () => import('./commands/audit-verify.ts'),
  }),
  command({
    name: 'audit report',
    summary: 'Show the evidence for each control of a framework',
    options: auditReportOptions,
    examples: [
      'baton audit report --framework hipaa-security --from 2027-01-01 --to 2027-03-31 --out evidence.md',
      'baton audit report --framework cis --bundle trail.jsonl.gz --key baton-audit.pem --format csv',
    ],
    load: () => import('./commands/audit-report.ts'),
  }),
  command({
    name: 'audit key',
    summary: 'Print the public key that seals are verified with',
    options: auditKeyOptions,
    examples: ['baton audit key --out baton-audit.pem'],
    load: () => import('./commands/audit-key.ts'),
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
    operand: { name: 'COMMAND', count: 'any' },
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
