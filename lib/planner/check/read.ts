import type { JsonValue } from '../../model/json.ts';

/** A value of another resource: its logical id, and the attribute (undefined for `Ref`). */
export interface Read {
  path: string;
  target: string;
  attribute: string | undefined;
}

/** Finds every value that is read from other resources in the text, independently of the planner. */
export function readsOf(value: JsonValue, path = ''): Read[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((one, at) => readsOf(one, path ? `${path}.${at}` : `${at}`));
  const [name = '', ...more] = Object.keys(value);
  const argument = value[name];
  if (more.length === 0 && argument !== undefined) {
    if (name === 'Ref') return [{ path, target: String(argument), attribute: undefined }];
    if (name === 'Fn::GetAtt') return [attributeOf(argument, path)];
    if (name === 'Fn::Sub') return substitutions(argument, path);
    if (name.startsWith('Fn::')) return readsOf(argument).map((read) => ({ ...read, path }));
  }
  return Object.entries(value).flatMap(([key, one]) => readsOf(one, path ? `${path}.${key}` : key));
}

function attributeOf(argument: JsonValue, path: string): Read {
  const text = Array.isArray(argument) ? argument.join('.') : String(argument);
  const dot = text.indexOf('.');
  return { path, target: text.slice(0, dot), attribute: text.slice(dot + 1) };
}

function substitutions(argument: JsonValue, path: string): Read[] {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = JSON.parse(JSON.stringify(variables ?? {})) as Record<string, JsonValue>;
  const inner = Object.values(own).flatMap((one) => readsOf(one));
  const names = String(text)
    .split('${')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('}')))
    .filter((name) => name !== '' && !name.startsWith('!') && own[name] === undefined);
  const outer = names.map((name) =>
    name.includes('.') ? attributeOf(name, path) : { path, target: name, attribute: undefined },
  );
  return [...inner.map((read) => ({ ...read, path })), ...outer];
}
