import type { OptionTable } from './option.ts';

// Options that several families share. A command's own options are in its row. The same table parses the options and
// produces the help.

export const jsonOption = {
  json: { kind: 'flag', help: 'Print one JSON document, and nothing else, on standard output' },
} as const satisfies OptionTable;

/** For commands that watch a request to its end. */
export const watchOptions = {
  ...jsonOption,
  verbose: { kind: 'flag', help: 'List every asset at the end, with its identifier, version and id' },
} as const satisfies OptionTable;

export const environmentOption = {
  environment: { kind: 'text', placeholder: 'NAME', help: 'Environment' },
} as const satisfies OptionTable;

export const reasonOption = {
  reason: { kind: 'text', placeholder: 'TEXT', help: 'Why; stands in the change record' },
} as const satisfies OptionTable;

/** The content of a request in addition to its file. */
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
    help: 'Name of the scope, like the name of a stack; by default the service',
  },
  owner: { kind: 'text', placeholder: 'NAME', help: 'Owner; by default your user name' },
  ...reasonOption,
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

export const noOptions = {} as const satisfies OptionTable;
