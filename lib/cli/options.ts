import type { ChangeStatus } from '../model/change.ts';
import type { OptionTable } from './option.ts';

// The options commands share. One table parses them and makes the help.

export const jsonOption = {
  json: { kind: 'flag', help: 'Print one JSON document, and nothing else, on standard output' },
} as const satisfies OptionTable;

/** For commands that watch a request to its end. */
export const watchOptions = {
  ...jsonOption,
  verbose: { kind: 'flag', help: 'List every asset at the end, with its identifier, version and id' },
} as const satisfies OptionTable;

/** What a request is made of, beside its file. */
export const requestOptions = {
  environment: {
    kind: 'text',
    placeholder: 'NAME',
    help: 'Environment of the request; overrides the one the file names',
  },
  service: { kind: 'text', placeholder: 'NAME', help: "Service; by default what the file's name says" },
  name: {
    kind: 'text',
    placeholder: 'NAME',
    help: 'What the resources are kept under, like the name of a stack; by default the service',
  },
  owner: { kind: 'text', placeholder: 'NAME', help: 'Owner; by default your user name' },
  reason: { kind: 'text', placeholder: 'TEXT', help: 'Why; stands in the change record' },
  'on-failure': {
    kind: 'text',
    placeholder: 'keep|undo',
    choices: ['keep', 'undo'],
    help: 'Leave what a failed run made, or undo it (the default)',
  },
  parameter: {
    kind: 'pairs',
    placeholder: 'KEY=VALUE',
    help: 'Value of a template parameter; may be repeated, goes before --inputs',
  },
  inputs: {
    kind: 'text',
    placeholder: 'FILE',
    help: '{parameters, imports, ssm, secrets}, or a CloudFormation parameter file',
  },
} as const satisfies OptionTable;

export const speedOption = {
  speed: {
    kind: 'speed',
    placeholder: 'N',
    help: 'Simulated seconds a real second; by default as fast as it can',
  },
} as const satisfies OptionTable;

export const localRunOptions = {
  ...watchOptions,
  ...requestOptions,
  ...speedOption,
  fail: {
    kind: 'faults',
    placeholder: 'RESOURCE[:times]',
    help: 'The cloud fails this resource so many times (once by default); may be repeated',
  },
  as: {
    kind: 'text',
    placeholder: 'NAME',
    help: 'Who asks: a user (ana) or a session (sso~ana@example.com, role~Deploy~build-17); operator by default',
  },
  'approve-as': {
    kind: 'texts',
    placeholder: 'NAME',
    help: 'Approve what awaits approval as this user or session; may be repeated, for several approvers',
  },
  seed: {
    kind: 'count',
    placeholder: 'N',
    help: 'Seed of everything random: the same seed gives the same run',
  },
} as const satisfies OptionTable;

export const changesShowOptions = {
  ...jsonOption,
  detail: { kind: 'flag', help: 'Show every value uncut, and of what changes the whole as it will be' },
} as const satisfies OptionTable;

/** How a decision on a change is made. */
export const decideOptions = {
  reason: { kind: 'text', placeholder: 'TEXT', help: 'Why; stands in the change record' },
  capsule: {
    kind: 'text',
    placeholder: 'HASH',
    help: 'The capsule that was looked at; without it, it is shown and you are asked',
  },
  ...jsonOption,
} as const satisfies OptionTable;

export const localUpOptions = {
  state: { kind: 'text', placeholder: 'DIR', help: 'Folder the state is kept in between runs' },
  port: { kind: 'port', placeholder: 'N', help: 'Port on 127.0.0.1; 4566 by default' },
  secret: {
    kind: 'text',
    placeholder: 'TEXT',
    help: 'Secret access key of everybody on it; by default a random one, printed at the start',
  },
  ...speedOption,
} as const satisfies OptionTable;

export const submitOptions = {
  ...watchOptions,
  ...requestOptions,
  id: {
    kind: 'text',
    placeholder: 'ID',
    help: 'Id of the request; by default a new one. Sent again, the same id has one effect',
  },
  detach: { kind: 'flag', help: 'Put the request on the bus and return without watching it' },
} as const satisfies OptionTable;

export const cancelOptions = {
  reason: { kind: 'text', placeholder: 'TEXT', help: 'Why; stands in the change record' },
} as const satisfies OptionTable;

export const planOptions = { ...jsonOption, ...requestOptions } as const satisfies OptionTable;

export const inventoryListOptions = {
  type: { kind: 'text', placeholder: 'TYPE', help: 'Resource type, as AWS::S3::Bucket' },
  owner: { kind: 'text', placeholder: 'NAME', help: 'Owner' },
  service: { kind: 'text', placeholder: 'NAME', help: 'Service' },
  environment: { kind: 'text', placeholder: 'NAME', help: 'Environment' },
  status: {
    kind: 'text',
    placeholder: 'STATUS',
    choices: ['Active', 'Retired', 'Retained', 'Unknown'],
    help: 'Status; Active by default',
  },
  ...jsonOption,
} as const satisfies OptionTable;

const changeStatuses: readonly ChangeStatus[] = [
  'AwaitingApproval',
  'Approved',
  'ReviewDue',
  'ReviewOverdue',
  'Closed',
  'Rejected',
  'Withdrawn',
  'Expired',
  'Refused',
];

export const changesListOptions = {
  environment: { kind: 'text', placeholder: 'NAME', help: 'Environment' },
  status: {
    kind: 'text',
    placeholder: 'STATUS',
    choices: changeStatuses,
    help: 'Status; by default all that are open or to be reviewed, and the latest that ended',
  },
  ...jsonOption,
} as const satisfies OptionTable;

export const decommissionOptions = {
  ...watchOptions,
  owner: { kind: 'text', placeholder: 'NAME', help: 'Who asks; by default the owner of the assets' },
  reason: requestOptions.reason,
} as const satisfies OptionTable;

/** Which rules a command of policies speaks of. */
export const ruleOptions = {
  framework: {
    kind: 'texts',
    placeholder: 'NAME',
    help: 'Only rules of this framework, as hipaa-security; may be repeated',
  },
  pack: {
    kind: 'texts',
    placeholder: 'NAME',
    help: 'Only rules of this pack: starter, aws, aws/s3, a folder of your own; may be repeated',
  },
} as const satisfies OptionTable;

export const policyCheckOptions = {
  ...ruleOptions,
  rule: { kind: 'texts', placeholder: 'ID', help: 'Only this rule; may be repeated' },
  environment: {
    kind: 'text',
    placeholder: 'NAME',
    help: 'Judge by the packs and frameworks of this environment of the settings, as if asked for there',
  },
  format: {
    kind: 'text',
    placeholder: 'FORMAT',
    choices: ['text', 'json', 'sarif', 'junit'],
    help: 'text (the default), json, sarif (code scanning) or junit',
  },
} as const satisfies OptionTable;

export const policyExplainOptions = {
  framework: {
    kind: 'texts',
    placeholder: 'NAME',
    help: 'Only controls of this framework, as hipaa-security; may be repeated',
  },
} as const satisfies OptionTable;

export const policyListOptions = {
  ...ruleOptions,
  format: {
    kind: 'text',
    placeholder: 'FORMAT',
    choices: ['text', 'json'],
    help: 'text (the default) or json',
  },
} as const satisfies OptionTable;

/** A time, as the commands of the audit trail take it. */
const timeOptions = {
  from: { kind: 'text', placeholder: 'DATE', help: 'First day (UTC) or instant, as 2027-01-01' },
  to: { kind: 'text', placeholder: 'DATE', help: 'Last day, included, or the instant it ends at' },
} as const satisfies OptionTable;

export const auditExportOptions = {
  out: {
    kind: 'text',
    placeholder: 'FILE|FOLDER',
    help: 'Where the bundle goes; compressed where the name ends in .gz',
  },
  ...timeOptions,
} as const satisfies OptionTable;

const keyOption = {
  key: {
    kind: 'texts',
    placeholder: 'FILE',
    help: 'Public key the seals are signed with, as PEM; may be repeated',
  },
} as const satisfies OptionTable;

export const auditVerifyOptions = {
  ...keyOption,
  seal: {
    kind: 'text',
    placeholder: 'HASH',
    help: 'A seal you noted earlier: the bundle has to hold it',
  },
  ...jsonOption,
} as const satisfies OptionTable;

export const auditReportOptions = {
  framework: { kind: 'text', placeholder: 'NAME', help: 'Framework, as hipaa-security' },
  ...timeOptions,
  format: {
    kind: 'text',
    placeholder: 'FORMAT',
    choices: ['markdown', 'csv'],
    help: 'markdown (the default) or csv',
  },
  out: { kind: 'text', placeholder: 'FILE', help: 'File to write; standard output by default' },
  bundle: { kind: 'text', placeholder: 'FILE', help: 'Bundle to read; the ledger by default' },
  ...keyOption,
} as const satisfies OptionTable;

export const auditKeyOptions = {
  out: { kind: 'text', placeholder: 'FILE', help: 'File to write; standard output by default' },
} as const satisfies OptionTable;

export const governanceCheckOptions = {
  environment: {
    kind: 'text',
    placeholder: 'NAME',
    help: 'Only groups that this environment names: its levels, its policies, who may ask there',
  },
  ...jsonOption,
} as const satisfies OptionTable;

export const noOptions = {} as const satisfies OptionTable;
