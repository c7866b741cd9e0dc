import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { partitionOf } from '../model/partition.ts';
import { compareText } from '../model/text.ts';
import { evaluate, functionOf, notYetKnown, pseudoParameters, type Scope } from '../template/index.ts';
import { own, scalarText } from '../template/intrinsic.ts';
import { sectionOf } from './header.ts';
import type { Inputs } from './inputs.ts';
import type { Manifest } from './manifest-of.ts';
import { parameterTypeOf } from './parameter-types.ts';
import { resolveParameters } from './parameters.ts';
import { problemsOf } from './problems.ts';
import { findSecretReferences } from './secrets.ts';

/** The data outside a request that it needs before it can be normalized or applied. */
export interface ExternalReferences {
  /** Names of exports. */
  imports: string[];
  /** SSM parameters named by parameters of type AWS::SSM::Parameter::Value<type>. */
  ssm: { name: string; type: string }[];
  /** Complete `{{resolve:...}}` references, as far as they are known before the resources exist. */
  secrets: string[];
}

/** An account and a region. */
export interface Where {
  account: string;
  region: string;
}
export const anywhere: Where = { account: '000000000000', region: 'us-east-1' };

/**
 * Returns the external references of a request, for the caller to fetch. Never throws for problems of the request:
 * `normalizeRequest` reports these.
 */
export function externalReferences(
  manifest: Manifest,
  inputs: Inputs,
  where: Where = anywhere,
): ExternalReferences {
  const { document } = manifest;
  return {
    imports: [...importUses(manifest, inputs, where).keys()].sort(compareText),
    ssm: ssmParameters(sectionOf(document, 'Parameters'), inputs),
    secrets: findSecretReferences([sectionOf(document, 'Resources'), inputs.parameters]),
  };
}

/** Returns each import by name, with the names of the properties that use it, innermost first. */
export function importUses(manifest: Manifest, inputs: Inputs, where: Where): Map<string, string[]> {
  const scope = outsideScope(manifest, inputs, where);
  const uses = new Map<string, string[]>();
  const visit = (value: JsonValue, properties: string[]): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, properties);
    else if (isObject(value)) {
      const argument = functionOf(value) === 'Fn::ImportValue' ? value['Fn::ImportValue'] : undefined;
      const name = argument === undefined ? undefined : evaluate(argument, scope);
      if (typeof name === 'string') uses.set(name, uses.get(name) ?? properties);
      for (const [key, inner] of Object.entries(value)) {
        visit(inner, /^(Fn::|Ref$)/.test(key) ? properties : [key, ...properties]);
      }
    }
  };
  for (const name of ['Conditions', 'Resources', 'Outputs']) visit(sectionOf(manifest.document, name), []);
  return uses;
}

/**
 * Returns a scope with parameters, mappings and the given imports, because import names are built from them. Conditions
 * are undecided.
 */
export function outsideScope({ document, ...manifest }: Manifest, inputs: Inputs, where: Where): Scope {
  const section = sectionOf(document, 'Parameters');
  const world = { inputs: { ...inputs, ssm: 'any' as const }, ...where, ...partitionOf(where.region) };
  const parameters = resolveParameters(section, world, problemsOf({ document, ...manifest }));
  const pseudo = pseudoParameters({ ...where, stackName: 'request' });
  return {
    ref: (name) => parameters.get(name) ?? own(pseudo, name) ?? notYetKnown,
    attribute: () => notYetKnown,
    mapping: (name) => {
      const mapping = own(sectionOf(document, 'Mappings'), name);
      return isObject(mapping) ? mapping : undefined;
    },
    condition: () => notYetKnown,
    importValue: (name) => (inputs.imports === 'any' ? undefined : own(inputs.imports, name)) ?? notYetKnown,
    report: () => undefined,
  };
}

function ssmParameters(section: JsonObject, inputs: Inputs): ExternalReferences['ssm'] {
  return Object.entries(section).flatMap(([name, declaration]) => {
    if (!isObject(declaration)) return [];
    const type = parameterTypeOf(scalarText(declaration.Type) ?? '')?.fromSsm;
    const ssmName = scalarText(inputs.parameters[name] ?? declaration.Default);
    return type === undefined || ssmName === undefined ? [] : [{ name: ssmName, type }];
  });
}
