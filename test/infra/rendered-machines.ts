import { resourcesOf } from './synthesized.ts';

export interface Definition {
  QueryLanguage: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

/** A state in the template, with the fields that tests read. */
export interface State {
  Type: string;
  Comment?: string;
  Output?: unknown;
  Error?: string;
  Cause?: string;
  Resource?: string;
  Choices?: { Condition?: string; Output?: unknown }[];
  Retry?: { ErrorEquals: string[]; MaxAttempts?: number }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Arguments?: Record<string, unknown>;
  ItemProcessor?: Pick<Definition, 'States'>;
  Branches?: Pick<Definition, 'States'>[];
}

/** The machines of the template by name without `baton-`, each with every state, including nested ones. */
export const machines: Map<string, [name: string, state: State][]> = new Map(
  resourcesOf('AWS::StepFunctions::StateMachine').map(([, machine]) => [
    String(machine.StateMachineName).replace(/^baton-/, ''),
    statesOf(plainDefinition(machine.DefinitionString)),
  ]),
);

/** Returns the definition with logical ids in place of references. */
export function plainDefinition(value: unknown): Definition {
  const [, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  return JSON.parse(parts.map(textOf).join(''));
}

function textOf(part: unknown): string {
  if (typeof part === 'string') return part;
  const [argument] = Object.values(part as Record<string, unknown>);
  return String([argument].flat()[0]);
}

function statesOf({ States }: Pick<Definition, 'States'>): [name: string, state: State][] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...[state.ItemProcessor ?? [], state.Branches ?? []].flat().flatMap(statesOf),
  ]);
}
