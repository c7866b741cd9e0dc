/**
 * Turns a definition into a machine that can run. Rejects everything unknown by name, and reports all problems at once.
 * Accepts a JSONPath state only if it uses no JSONPath field: then both languages mean the same.
 */
import type { JsonValue } from '../../model/json.ts';
import { allStates, type Machine, type State, type States } from './definition.ts';
import { InvalidDefinition } from './errors.ts';
import { Fields } from './fields.ts';
import { STATE_LOADERS } from './load-states.ts';

const MACHINE_FIELDS = new Set([
  'Comment',
  'StartAt',
  'States',
  'QueryLanguage',
  'Version',
  'TimeoutSeconds',
]);

/** @throws InvalidDefinition */
export function loadMachine(
  definition: string | JsonValue,
  type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): Machine {
  const problems: string[] = [];
  const fields = new Fields(parseDefinition(definition), '', problems);
  fields.only(MACHINE_FIELDS, 'is not supported');
  const language = fields.string('QueryLanguage') ?? 'JSONPath';
  const machine = { ...loadStates(fields, language), timeoutSeconds: fields.number('TimeoutSeconds', 1) };
  if (type === 'EXPRESS') problems.push(...waitingTasks(machine));
  if (problems.length > 0) throw new InvalidDefinition(problems);
  return machine;
}

/** "Choosing workflow type in Step Functions": express workflows support neither `.sync` nor `.waitForTaskToken`. */
function waitingTasks(machine: Machine): string[] {
  return [...allStates(machine)]
    .filter((state) => state.type === 'Task' && state.resource.pattern !== 'request')
    .map(
      ({ name }) =>
        `SCHEMA_VALIDATION_FAILED: an EXPRESS state machine cannot wait for a job or a token at /States/${name}`,
    );
}

function parseDefinition(definition: string | JsonValue): JsonValue {
  if (typeof definition !== 'string') return definition;
  try {
    return JSON.parse(definition) as JsonValue;
  } catch (error) {
    throw new InvalidDefinition([`INVALID_JSON_DESCRIPTION: ${(error as Error).message}`]);
  }
}

/** Loads the states of a machine, branch or processor. The caller checks the other fields. */
function loadStates(fields: Fields, language: string): States {
  const states = new Map<string, State>();
  const list = fields.child('States');
  for (const name of Object.keys((fields.raw('States') ?? {}) as object)) {
    const state = loadState(name, list.child(name), language);
    if (state !== undefined) states.set(name, state);
  }
  const startAt = fields.required('StartAt');
  checkTarget(fields, states, startAt, 'StartAt');
  for (const state of states.values()) checkTargets(list, states, state);
  return { startAt, states };
}

function loadState(name: string, fields: Fields, inherited: string): State | undefined {
  const language = fields.string('QueryLanguage') ?? inherited;
  const type = fields.required('Type');
  const loader = STATE_LOADERS[type];
  if (loader === undefined) {
    fields.wrong(`State type '${type}' is not supported`, 'Type');
    return undefined;
  }
  const jsonata = language === 'JSONata';
  const allowed = jsonata ? loader.fields : loader.neutralFields;
  fields.only(
    allowed,
    jsonata ? 'is not supported by the QueryLanguage JSONata' : 'needs the QueryLanguage JSONata',
  );
  if (type === 'Choice' && !jsonata) fields.wrong('a Choice in JSONPath is not supported, use JSONata');
  return loader.load(name, fields, (nested, own) => loadStates(nested, own ?? language));
}

function checkTargets(list: Fields, states: Map<string, State>, state: State): void {
  const targets: (string | undefined)[] = [];
  if ('next' in state) targets.push(state.next);
  if ('catch' in state) targets.push(...state.catch.map((catcher) => catcher.next));
  if (state.type === 'Choice') targets.push(state.default, ...state.choices.map((rule) => rule.next));
  for (const target of targets) {
    if (target !== undefined) checkTarget(list, states, target, state.name);
  }
}

function checkTarget(fields: Fields, states: Map<string, State>, target: string, field: string): void {
  if (!states.has(target)) fields.wrong(`MISSING_TRANSITION_TARGET: there is no state '${target}'`, field);
}
