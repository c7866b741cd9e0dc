import type { Problem } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { TypeLookup } from '../model/spec.ts';
import { withFewSuggestions } from '../model/suggest.ts';
import { evaluate, expandLoops } from '../template/index.ts';
import { own, scalarText, within } from '../template/intrinsic.ts';
import { outsideScope, type Where } from './external.ts';
import { sectionOf } from './header.ts';
import type { Inputs } from './inputs.ts';
import type { Manifest } from './manifest-of.ts';
import { isNoEcho } from './parameters.ts';
import { isPlainSecret, plainParameter, plainProperty } from './plain-text.ts';
import { secretLiterals } from './sensitive.ts';

/**
 * Returns problems for secrets that a request contains as plain text, to be checked before it is sent: values of NoEcho
 * parameters, and sensitive properties of every resource, even if its condition is false. Values for undeclared
 * parameters are rejected too, because they may be secrets. No message contains a value.
 *
 * @throws InvalidInput if the document expands too much to be checked
 */
export function plainSecretProblems(
  manifest: Manifest,
  inputs: Inputs,
  { lookup, ...where }: Where & { lookup: TypeLookup },
): Problem[] {
  const { document, file } = manifest;
  const found = withFewSuggestions(() => [
    ...parameterProblems(sectionOf(document, 'Parameters'), inputs),
    ...propertyProblems(manifest, inputs, lookup, where),
  ]);
  return found.map((problem) => {
    const line = manifest.lineOf(problem.path);
    return { ...problem, file, ...(line !== undefined && { line }) };
  });
}

function parameterProblems(section: JsonObject, { parameters }: Inputs): Problem[] {
  const undeclared = Object.keys(parameters).filter((name) => !Object.hasOwn(section, name));
  const secrets = Object.entries(section).filter(
    ([name, declaration]) =>
      isObject(declaration) &&
      isNoEcho(declaration) &&
      !namesParameter(declaration) &&
      isPlainSecret(own(parameters, name) ?? declaration.Default ?? ''),
  );
  return [
    ...undeclared.map((name) => ({
      path: 'Parameters',
      code: 'UnknownParameter',
      message: `a value was given for "${name}", which is not a parameter of the template`,
    })),
    ...secrets.map(([name]) => ({
      path: within('Parameters', name),
      ...plainParameter(name),
    })),
  ];
}

/** Tells whether the value is the name of an SSM parameter rather than a value. */
const namesParameter = (declaration: JsonObject) =>
  scalarText(declaration.Type)?.startsWith('AWS::SSM::Parameter::Value<') === true;

function propertyProblems(manifest: Manifest, inputs: Inputs, lookup: TypeLookup, where: Where): Problem[] {
  const scope = outsideScope(manifest, inputs, where);
  return expandLoops(sectionOf(manifest.document, 'Resources'), scope, 'Resources').flatMap(
    ([, resource, origin]) => {
      if (!isObject(resource) || resource.Properties === undefined) return [];
      const { sensitive = [] } = lookup(scalarText(resource.Type) ?? '') ?? {};
      if (sensitive.length === 0) return [];
      const properties = evaluate(withOpenConditions(resource.Properties), scope);
      if (!isObject(properties)) return [];
      return secretLiterals(properties, sensitive, within(origin, 'Properties')).map(({ path }) => ({
        path,
        ...plainProperty,
      }));
    },
  );
}

/** Makes every `Fn::If` undecided, even with a literal condition, because both branches are submitted. */
function withOpenConditions(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withOpenConditions);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, JsonValue] => {
    const open = withOpenConditions(inner);
    return [key, key === 'Fn::If' && Array.isArray(open) ? ['undecided', ...open.slice(1)] : open];
  });
  return Object.fromEntries(entries);
}
