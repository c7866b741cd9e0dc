/** How to read each state type from a definition: one row for each type. */
import type { Catcher, Retrier, State, States } from './definition.ts';
import type { Fields } from './fields.ts';
import { loadMap } from './load-map.ts';
import { parseResource } from './resource.ts';

/** Loads the states of a branch or processor, in the query language of the enclosing state. */
export type LoadNested = (fields: Fields, language?: string) => States;

export interface StateLoader {
  fields: ReadonlySet<string>;
  /** Fields with the same meaning in JSONPath. A JSONPath state may have only these. */
  neutralFields: ReadonlySet<string>;
  load(name: string, fields: Fields, nested: LoadNested): State;
}

const BASE = ['Type', 'Comment', 'QueryLanguage'];
const FLOW = ['Next', 'End'];
const RECOVERY = ['Retry', 'Catch'];
const TASK = ['Resource', 'TimeoutSeconds', 'HeartbeatSeconds'];
const MAP = [
  'ItemProcessor',
  'Iterator',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Label',
];

const common = (name: string, fields: Fields) => ({
  name,
  assign: fields.template('Assign'),
  output: fields.template('Output'),
});

export const STATE_LOADERS: Record<string, StateLoader> = {
  Pass: row(['Assign', 'Output'], FLOW, (name, fields) => ({ type: 'Pass', ...continues(name, fields) })),
  Succeed: row(['Output'], [], (name, fields) => ({ type: 'Succeed', ...common(name, fields) })),
  Fail: row([], ['Error', 'Cause'], (name, fields) => ({
    type: 'Fail',
    ...common(name, fields),
    error: fields.template('Error'),
    cause: fields.template('Cause'),
  })),
  Wait: row(['Assign', 'Output'], [...FLOW, 'Seconds', 'Timestamp'], loadWait),
  Choice: row(['Assign', 'Output', 'Choices', 'Default'], [], loadChoice),
  Task: row(['Assign', 'Output', 'Arguments', 'Credentials'], [...FLOW, ...RECOVERY, ...TASK], loadTask),
  Parallel: row(['Assign', 'Output', 'Arguments'], [...FLOW, ...RECOVERY, 'Branches'], loadParallel),
  Map: row(
    ['Assign', 'Output', 'Items', 'ItemSelector', 'ItemBatcher', 'ItemReader', 'ResultWriter'],
    [...FLOW, ...RECOVERY, ...MAP],
    (name, fields, nested) => ({ ...recovers(name, fields), ...loadMap(fields, nested) }),
  ),
};

function row(own: string[], neutral: string[], load: StateLoader['load']): StateLoader {
  return {
    fields: new Set([...BASE, ...neutral, ...own]),
    neutralFields: new Set([...BASE, ...neutral]),
    load,
  };
}

function continues(name: string, fields: Fields) {
  const next = fields.string('Next');
  if (fields.boolean('End') === (next !== undefined))
    fields.wrong("exactly one of 'Next' and 'End' is required");
  return { ...common(name, fields), next };
}

function recovers(name: string, fields: Fields) {
  return { ...continues(name, fields), retry: loadRetry(fields), catch: loadCatch(fields) };
}

function loadWait(name: string, fields: Fields): State {
  const [seconds, timestamp] = [fields.template('Seconds'), fields.template('Timestamp')];
  if ((seconds === undefined) === (timestamp === undefined)) {
    fields.wrong("exactly one of 'Seconds' and 'Timestamp' is required");
  }
  return { type: 'Wait', ...continues(name, fields), seconds, timestamp };
}

function loadChoice(name: string, fields: Fields): State {
  const list = each(fields, 'Choices');
  if (list.length === 0) fields.wrong('at least one rule is required', 'Choices');
  const choices = list.flatMap((rule, index) => {
    rule.only(CHOICE_FIELDS, 'is not supported by the QueryLanguage JSONata');
    const condition = rule.template('Condition', `Choices[${index}]/Condition`);
    if (condition === undefined) {
      rule.wrong('a Condition is required');
      return [];
    }
    const assign = rule.template('Assign', `Choices[${index}]/Assign`);
    const output = rule.template('Output', `Choices[${index}]/Output`);
    return [{ condition, next: rule.required('Next'), assign, output }];
  });
  return { type: 'Choice', ...common(name, fields), choices, default: fields.string('Default') };
}

const CHOICE_FIELDS = new Set(['Condition', 'Next', 'Assign', 'Output', 'Comment']);
const NO_RESOURCE = {
  arn: '',
  direct: false,
  sdk: false,
  service: '',
  action: '',
  resourceType: '',
  resource: '',
};

function loadTask(name: string, fields: Fields): State {
  const arn = fields.required('Resource');
  const resource = parseResource(arn);
  if (resource === undefined) fields.wrong(`the resource '${arn}' is not supported`, 'Resource');
  return {
    type: 'Task',
    ...recovers(name, fields),
    resource: resource ?? { ...NO_RESOURCE, pattern: 'request' },
    arguments: fields.template('Arguments'),
    timeoutSeconds: fields.template('TimeoutSeconds'),
    heartbeatSeconds: fields.template('HeartbeatSeconds'),
    credentialsRoleArn: fields.has('Credentials')
      ? fields.child('Credentials').template('RoleArn', 'Credentials/RoleArn')
      : undefined,
  };
}

function loadParallel(name: string, fields: Fields, nested: LoadNested): State {
  const branches = each(fields, 'Branches').map((branch) => {
    branch.only(BRANCH_FIELDS, 'is not supported in a branch');
    return nested(branch);
  });
  return { type: 'Parallel', ...recovers(name, fields), arguments: fields.template('Arguments'), branches };
}

const BRANCH_FIELDS = new Set(['StartAt', 'States', 'Comment']);
const RETRIER_FIELDS = new Set([
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
]);
const CATCHER_FIELDS = new Set(['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment']);

/** Defaults from "Handling errors in Step Functions workflows": 1 second, 3 attempts, a backoff rate of 2. */
function loadRetry(fields: Fields): Retrier[] {
  const retriers = each(fields, 'Retry');
  checkAllIsLast(retriers);
  return retriers.map((retrier) => {
    retrier.only(RETRIER_FIELDS, 'is not supported in a retrier');
    return {
      errorEquals: errorNames(retrier),
      intervalSeconds: retrier.number('IntervalSeconds', 0, 1),
      maxAttempts: retrier.number('MaxAttempts', 0, 3),
      backoffRate: retrier.number('BackoffRate', 1, 2),
      maxDelaySeconds: retrier.number('MaxDelaySeconds', 1),
      fullJitter: retrier.string('JitterStrategy') === 'FULL',
    };
  });
}

function loadCatch(fields: Fields): Catcher[] {
  const catchers = each(fields, 'Catch');
  checkAllIsLast(catchers);
  return catchers.map((catcher, index) => {
    catcher.only(CATCHER_FIELDS, 'is not supported in a catcher');
    return {
      errorEquals: errorNames(catcher),
      next: catcher.required('Next'),
      assign: catcher.template('Assign', `Catch[${index}]/Assign`),
      output: catcher.template('Output', `Catch[${index}]/Output`),
    };
  });
}

function errorNames(fields: Fields): string[] {
  const names = fields.list('ErrorEquals').map(String);
  if (names.length === 0) fields.wrong('at least one error name is required', 'ErrorEquals');
  if (names.includes('States.ALL') && names.length > 1)
    fields.wrong("'States.ALL' must stand alone", 'ErrorEquals');
  return names;
}

function checkAllIsLast(list: Fields[]): void {
  for (const fields of list.slice(0, -1)) {
    if (fields.list('ErrorEquals').includes('States.ALL'))
      fields.wrong("'States.ALL' must come last", 'ErrorEquals');
  }
}

function each(fields: Fields, field: string): Fields[] {
  return fields.list(field).map((_, index) => fields.item(field, index));
}
