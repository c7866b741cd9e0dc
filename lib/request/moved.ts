import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { scalarText } from '../template/intrinsic.ts';
import { sectionOf } from './header.ts';
import type { Inputs } from './inputs.ts';
import { type Manifest, manifestOf } from './manifest-of.ts';
import { parameterTypeOf } from './parameter-types.ts';

/** A reference as written in a template, up to its name. Excludes references built by functions, and ARNs. */
const named = /(\{\{resolve:(?:secretsmanager|ssm|ssm-secure):)(?!arn:)([^:{}$]+)/g;

/**
 * Moves the names of generated values in a plain template below a prefix. Returns manifests unchanged: they are written
 * for a deployment, where names matter.
 */
export function movedInto(
  prefix: string,
  manifest: Manifest,
  inputs: Inputs,
): { manifest: Manifest; inputs: Inputs } {
  if (manifest.hasHeader) return { manifest, inputs };
  const move = (name: string): string => {
    const bare = name.replace(/^\//, '');
    if (bare.startsWith(prefix) || bare.startsWith('aws/service/')) return name;
    return `${name.startsWith('/') ? '/' : ''}${prefix}${bare}`;
  };
  const references = (value: JsonValue): JsonValue => {
    if (typeof value === 'string')
      return value.replaceAll(named, (_, kind: string, name: string) => `${kind}${move(name)}`);
    if (Array.isArray(value)) return value.map(references);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, references(inner)]));
  };
  const anySecret = inputs.secrets === 'any';
  const changed =
    anySecret && JSON.stringify(manifest.document) !== JSON.stringify(references(manifest.document));
  const given = anySecret ? (references(inputs.parameters) as JsonObject) : inputs.parameters;
  const parameters = inputs.ssm === 'any' ? { ...given, ...movedNames(manifest, given, move) } : given;
  return {
    manifest: changed
      ? manifestOf(references(manifest.document) as JsonObject, manifest.file, manifest.lineOf)
      : manifest,
    inputs: { ...inputs, parameters },
  };
}

/** Returns the parameters whose values are names of SSM parameters, with these names moved. */
function movedNames({ document }: Manifest, given: JsonObject, move: (name: string) => string): JsonObject {
  const entries = Object.entries(sectionOf(document, 'Parameters')).flatMap(([name, declaration]) => {
    if (!isObject(declaration)) return [];
    const fromSsm = parameterTypeOf(scalarText(declaration.Type) ?? '')?.fromSsm;
    const text = scalarText(given[name] ?? declaration.Default);
    if (fromSsm === undefined || text === undefined || move(text) === text) return [];
    return [[name, move(text)] as const];
  });
  return Object.fromEntries(entries);
}
