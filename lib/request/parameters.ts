import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { RequestReach } from '../model/request-reach.ts';
import { didYouMean, holdsDynamicReference } from '../template/index.ts';
import { own, scalarText, shown, within } from '../template/intrinsic.ts';
import type { Inputs } from './inputs.ts';
import { madeUpSecretReference, madeUpValue } from './made-up.ts';
import { checkConstraints } from './parameter-constraints.ts';
import { type ParameterType, parameterTypeNames, parameterTypeOf, textsOf } from './parameter-types.ts';
import { isPlainText, plainParameter } from './plain-text.ts';
import type { Problems } from './problems.ts';
import { isReadableParameter, parameterNotReadable } from './reference-rules.ts';

export interface ParameterWorld {
  inputs: Inputs;
  account: string;
  region: string;
  partition: string;
  /** Which SSM parameters may be read. Absent: all. */
  reach?: Pick<RequestReach, 'parameters'>;
  /** Where broken constraints are reported, if not with the other problems. */
  constraints?: Pick<Problems, 'add'>;
}

/**
 * Returns the `Ref` value of every parameter: a text, or a list of texts. Numbers are texts too, as in CloudFormation.
 */
export function resolveParameters(
  section: JsonObject,
  world: ParameterWorld,
  problems: Problems,
): Map<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  for (const [name, declaration] of Object.entries(section)) {
    const path = within('Parameters', name);
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) {
      problems.add(
        path,
        'LogicalId',
        `"${name}" is not a parameter name; expected up to 255 letters and digits`,
      );
    }
    if (!isObject(declaration))
      problems.add(path, 'Parameter', `expected a parameter with a Type, got ${shown(declaration)}`);
    else {
      const value = resolveParameter(name, declaration, world, problems);
      if (value !== undefined) values.set(name, value);
    }
  }
  for (const name of Object.keys(world.inputs.parameters)) {
    if (Object.hasOwn(section, name)) continue;
    const hint = didYouMean(name, Object.keys(section));
    problems.add(
      'Parameters',
      'UnknownParameter',
      `a value was given for "${name}", which is not a parameter of the template${hint}`,
    );
  }
  return values;
}

/** Tells whether a parameter's value must not be shown. */
export const isNoEcho = (declaration: JsonObject) => scalarText(declaration.NoEcho)?.toLowerCase() === 'true';

const parameterKeys = new Set([
  ...['Type', 'Default', 'Description', 'AllowedValues', 'AllowedPattern', 'ConstraintDescription', 'NoEcho'],
  ...['MinLength', 'MaxLength', 'MinValue', 'MaxValue'],
]);

function resolveParameter(
  name: string,
  declaration: JsonObject,
  world: ParameterWorld,
  problems: Problems,
): JsonValue | undefined {
  const path = within('Parameters', name);
  for (const key of Object.keys(declaration)) {
    if (parameterKeys.has(key)) continue;
    problems.add(
      within(path, key),
      'Parameter',
      `a parameter has no "${key}"${didYouMean(key, parameterKeys)}`,
    );
  }
  const typeName = scalarText(declaration.Type) ?? '';
  const type = parameterTypeOf(typeName);
  if (type === undefined) {
    const hint = didYouMean(typeName, parameterTypeNames);
    problems.add(
      within(path, 'Type'),
      'ParameterType',
      `${shown(declaration.Type)} is no type of a parameter${hint}`,
    );
    return undefined;
  }
  const given = givenValue(name, declaration, world, problems);
  if (given === undefined) return undefined;
  const texts = textsOf(given, type.list && type.fromSsm === undefined);
  if (texts === undefined) {
    const expected = type.list ? 'a list of texts, or one text with commas' : 'a text';
    const got = isNoEcho(declaration) ? '' : `, got ${shown(given)}`;
    problems.add(path, 'ParameterValue', `${typeName} takes ${expected}${got}`);
    return undefined;
  }
  return checkedValue(name, declaration, type, texts, world, problems);
}

function givenValue(
  name: string,
  declaration: JsonObject,
  world: ParameterWorld,
  problems: Problems,
): JsonValue | undefined {
  const given = Object.hasOwn(world.inputs.parameters, name)
    ? world.inputs.parameters[name]
    : declaration.Default;
  if (given !== undefined) return given;
  if (isNoEcho(declaration) && world.inputs.secrets === 'any') return madeUpSecretReference(name);
  problems.add(
    within('Parameters', name),
    'MissingParameter',
    `"${name}" has no Default and no value was given for it`,
  );
  return undefined;
}

function checkedValue(
  name: string,
  declaration: JsonObject,
  type: ParameterType,
  texts: string[],
  world: ParameterWorld,
  problems: Problems,
): JsonValue | undefined {
  const [text = ''] = texts;
  // The value of a dynamic reference is unknown here and can't be checked.
  const plain = isNoEcho(declaration) && type.fromSsm === undefined && texts.some(isPlainText);
  if (holdsDynamicReference(texts) && !plain) return type.list ? texts : text;
  checkConstraints(
    within('Parameters', name),
    declaration,
    type,
    texts,
    problems,
    world.constraints ?? problems,
  );
  if (type.fromSsm !== undefined) {
    const value = fromSsm(name, text, type.fromSsm, world, problems);
    // The value is read immediately before the call, like any secret. Only its name is kept.
    return isNoEcho(declaration) && typeof value === 'string' ? `{{resolve:ssm:${text}}}` : value;
  }
  if (plain) {
    if (world.inputs.secrets === 'any') return madeUpSecretReference(name);
    const { code, message } = plainParameter(name);
    problems.add(within('Parameters', name), code, message);
    return undefined;
  }
  return type.list ? texts : text;
}

function fromSsm(
  name: string,
  ssmName: string,
  wanted: string,
  world: ParameterWorld,
  problems: Problems,
): JsonValue | undefined {
  const { ssm } = world.inputs;
  const path = within('Parameters', name);
  if (world.reach !== undefined && !isReadableParameter(ssmName, world.reach, world)) {
    problems.add(path, 'ReferenceNotReadable', parameterNotReadable(ssmName, world.reach));
    return undefined;
  }
  const value = ssm === 'any' ? madeUpValue(wanted, [ssmName, name], world) : own(ssm, ssmName);
  if (value === undefined) {
    problems.add(path, 'MissingParameter', `the SSM parameter "${ssmName}" has no value`);
    return undefined;
  }
  const type = parameterTypeOf(wanted);
  const texts = textsOf(value, type?.list === true);
  if (texts === undefined || type === undefined) {
    problems.add(
      path,
      'ParameterValue',
      `the SSM parameter "${ssmName}" must be ${wanted}, got ${shown(value)}`,
    );
    return undefined;
  }
  return type.list ? texts : texts[0];
}
