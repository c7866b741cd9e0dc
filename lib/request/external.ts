import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { compareText } from '../model/text.ts';
import {
  evaluate,
  functionOf,
  notYetKnown,
  partitionOf,
  pseudoParameters,
  type Scope,
} from '../template/index.ts';
import { scalarText } from '../template/intrinsic.ts';
import { sectionOf } from './header.ts';
import type { Inputs } from './inputs.ts';
import type { Manifest } from './manifest.ts';
import { parameterTypeOf } from './parameter-types.ts';
import { resolveParameters } from './parameters.ts';
import { problemsOf } from './problems.ts';
import { findSecretReferences } from './secrets.ts';

/** What a request needs from outside before it can be normalised or applied. */
export interface ExternalReferences {
  /** Names of exports. */
  imports: string[];
  /** SSM parameters that parameters of type AWS::SSM::Parameter::Value<type> name. */
  ssm: { name: string; type: string }[];
  /** Whole `{{resolve:...}}` references, as far as they are known before the resources are there. */
  secrets: string[];
}

/**
 * What a request speaks of outside itself, for the caller to fetch. Never throws for problems of the request:
 * those are for `normaliseRequest` to report.
 */
export function externalReferences(
  manifest: Manifest,
  inputs: Inputs,
  region = 'us-east-1',
  account = '000000000000',
): ExternalReferences {
  const { document } = manifest;
  const section = sectionOf(document, 'Parameters');
  const world = { inputs: { ...inputs, ssm: 'any' as const }, account, region, ...partitionOf(region) };
  const parameters = resolveParameters(section, world, problemsOf(manifest));
  const pseudo = pseudoParameters({ account, region, stackName: 'request' });
  const scope: Scope = {
    ref: (name: string) => parameters.get(name) ?? pseudo[name] ?? notYetKnown,
    attribute: () => notYetKnown,
    mapping: (name: string) => {
      const mapping = sectionOf(document, 'Mappings')[name];
      return isObject(mapping) ? mapping : undefined;
    },
    condition: () => notYetKnown,
    importValue: () => notYetKnown,
    report: () => undefined,
  };
  const imports = new Set<string>();
  const sections = ['Conditions', 'Resources', 'Outputs'].map((name) => sectionOf(document, name));
  for (const value of sections) {
    collectImports(value, (argument) => {
      const name = evaluate(argument, scope);
      if (typeof name === 'string') imports.add(name);
    });
  }
  return {
    imports: [...imports].sort(compareText),
    ssm: ssmParameters(section, inputs),
    secrets: findSecretReferences([sectionOf(document, 'Resources'), inputs.parameters]),
  };
}

function collectImports(value: JsonValue, found: (argument: JsonValue) => void): void {
  if (Array.isArray(value)) for (const item of value) collectImports(item, found);
  else if (isObject(value)) {
    const argument = functionOf(value) === 'Fn::ImportValue' ? value['Fn::ImportValue'] : undefined;
    if (argument !== undefined) found(argument);
    for (const inner of Object.values(value)) collectImports(inner, found);
  }
}

function ssmParameters(section: JsonObject, inputs: Inputs): ExternalReferences['ssm'] {
  return Object.entries(section).flatMap(([name, declaration]) => {
    if (!isObject(declaration)) return [];
    const type = parameterTypeOf(scalarText(declaration.Type) ?? '')?.fromSsm;
    const ssmName = scalarText(inputs.parameters[name] ?? declaration.Default);
    return type === undefined || ssmName === undefined ? [] : [{ name: ssmName, type }];
  });
}
