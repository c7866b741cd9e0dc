import { isObject, type JsonObject, type JsonValue } from '../../lib/model/json.ts';

/** A state machine of the synthesized template: its name in the account and its definition. */
export interface Machine {
  name: string;
  definition: JsonObject;
}

/** Returns the machines of a template. References in a definition become the logical ids they name. */
export function machinesOf(template: JsonObject): Machine[] {
  const resources = Object.values(template.Resources as Record<string, JsonObject>);
  return resources
    .filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine')
    .map(({ Properties }) => {
      const { StateMachineName, DefinitionString } = Properties as JsonObject;
      return {
        name: String(StateMachineName),
        definition: JSON.parse(textOf(DefinitionString ?? '')) as JsonObject,
      };
    });
}

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (isObject(value) && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'] as [string, JsonValue[]];
    return parts.map(textOf).join(separator);
  }
  if (isObject(value) && Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0]);
  return isObject(value) ? String(Object.values(value)[0]) : String(value);
}

/** Catches that more states than this share are drawn once for all of them. */
const catchesDrawn = 2;

/** The shapes of states, by type. */
const shapes: Record<string, (label: string) => string> = {
  Task: (label) => `["${label}"]`,
  Choice: (label) => `{{"${label}"}}`,
  Wait: (label) => `[/"${label}"/]`,
  Pass: (label) => `("${label}")`,
  Succeed: (label) => `(["${label}"])`,
  Fail: (label) => `(["${label}"])`,
};

/** Returns the machine as a Mermaid flowchart: solid lines for transitions, dotted lines for failures. */
export function flowchart({ definition }: Machine): string {
  return ['flowchart TD', ...scopeLines(definition, '  ')].join('\n');
}

function scopeLines({ StartAt, States }: JsonObject, indent: string): string[] {
  const start = String(StartAt);
  const states = inOrder(start, States as Record<string, JsonObject>);
  return [
    `${indent}${start}_begins(( )) --> ${start}`,
    ...states.flatMap(([name, state]) => stateLines(name, state, indent)),
    ...states.flatMap(([name, state]) => edges(name, state, indent)),
    ...catchLines(states, indent),
  ];
}

/** Returns states in execution order, with the normal path first. */
function inOrder(start: string, states: Record<string, JsonObject>): [string, JsonObject][] {
  const order: string[] = [];
  const waiting = [start];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const state = states[name];
    if (state === undefined || order.includes(name)) continue;
    order.push(name);
    const targets = (rules: JsonValue | undefined) =>
      (Array.isArray(rules) ? rules : []).map((rule) => (isObject(rule) ? rule.Next : undefined));
    const next = [...targets(state.Choices), state.Default, state.Next, ...targets(state.Catch)];
    waiting.push(...next.filter((target) => typeof target === 'string'));
  }
  return order.map((name) => [name, states[name] ?? {}]);
}

function stateLines(name: string, state: JsonObject, indent: string): string[] {
  const inner = innerScopes(state);
  if (inner.length === 0) {
    const shape = shapes[String(state.Type)] ?? ((label: string) => `["${label}"]`);
    return [`${indent}${name}${shape(label(name, state))}`];
  }
  const scopes = inner.flatMap((scope) => scopeLines(scope, `${indent}  `));
  return [
    `${indent}subgraph ${name}["${label(name, state).replace('<br/>', ': ')}"]`,
    `${indent}  direction TB`,
    ...scopes,
    `${indent}end`,
  ];
}

/** Returns the bodies of a Parallel's branches, or of a Map's iteration. */
function innerScopes(state: JsonObject): JsonObject[] {
  if (Array.isArray(state.Branches)) return state.Branches as JsonObject[];
  return isObject(state.ItemProcessor) ? [state.ItemProcessor] : [];
}

/** Returns the state's name and, below it, its special features. */
function label(name: string, { Type, Resource, MaxConcurrency, ItemProcessor }: JsonObject): string {
  const resource = String(Resource ?? '');
  const notes = [
    Type === 'Wait' && 'waits',
    Type === 'Succeed' && 'succeeds',
    Type === 'Fail' && 'fails',
    Type === 'Map' &&
      distributed(ItemProcessor) &&
      `one child execution an item, ${Number(MaxConcurrency).toLocaleString('en-US')} at a time`,
    Type === 'Map' && !distributed(ItemProcessor) && 'for each item',
    resource.endsWith('.waitForTaskToken') && 'waits for its token',
    resource.includes('startExecution') && 'nested execution',
  ].filter(Boolean);
  return [name, ...notes].join('<br/>');
}

function distributed(processor: JsonValue | undefined): boolean {
  const config = isObject(processor) ? processor.ProcessorConfig : undefined;
  return isObject(config) && config.Mode === 'DISTRIBUTED';
}

function edges(name: string, state: JsonObject, indent: string): string[] {
  const choices = (Array.isArray(state.Choices) ? state.Choices : []) as JsonObject[];
  return [
    ...choices.map(({ Condition, Next }) => `${indent}${name} -- "${condition(Condition)}" --> ${Next}`),
    ...(state.Default === undefined ? [] : [`${indent}${name} -- else --> ${state.Default}`]),
    ...(state.Next === undefined ? [] : [`${indent}${name} --> ${state.Next}`]),
  ];
}

function condition(text: JsonValue | undefined): string {
  return String(text)
    .replace(/^\{%\s*|\s*%\}$/g, '')
    .replaceAll('"', "'")
    .replaceAll('$', '');
}

/** Returns dotted lines. If many states fail into the same one, a single line stands for them. */
function catchLines(states: [string, JsonObject][], indent: string): string[] {
  const sources = new Map<string, string[]>();
  for (const [name, { Catch }] of states)
    for (const { Next } of (Array.isArray(Catch) ? Catch : []) as JsonObject[])
      sources.set(String(Next), [...(sources.get(String(Next)) ?? []), name]);
  return [...sources].flatMap(([target, names]) =>
    names.length > catchesDrawn
      ? [`${indent}${target}_catches>"any other task fails"] -.-> ${target}`]
      : names.map((name) => `${indent}${name} -. fails .-> ${target}`),
  );
}

const fence = '```';

/**
 * Returns the page with the diagram of each machine between its markers, `<!-- machine NAME -->` and `<!-- end -->`.
 */
export function withDiagrams(page: string, machines: readonly Machine[]): string {
  return page.replace(
    /(<!-- machine (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_whole, begin: string, name: string, end: string) => {
      const machine = machines.find((each) => each.name === name);
      if (machine === undefined) throw new RangeError(`the template has no machine ${name}`);
      return `${begin}${fence}mermaid\n${flowchart(machine)}\n${fence}\n${end}`;
    },
  );
}
