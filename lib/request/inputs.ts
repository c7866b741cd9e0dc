import * as z from 'zod';
import { InvalidInput } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { readJson } from './json-document.ts';
import { readYaml } from './yaml-document.ts';

/**
 * The inputs of a request. `any` generates plausible values, for rehearsals on the local cloud. Keys of `secrets` are
 * complete references, `{{resolve:secretsmanager:name:SecretString:key}}`.
 */
export interface Inputs {
  parameters: Record<string, JsonValue>;
  imports: 'any' | Record<string, JsonValue>;
  ssm: 'any' | Record<string, JsonValue>;
  secrets: 'any' | Record<string, string>;
}

export const noInputs: Inputs = { parameters: {}, imports: {}, ssm: {}, secrets: {} };

const values = z.record(z.string(), z.json());
/** Baton's own format. Every part is optional. */
const ownForm = z.strictObject({
  parameters: values.default({}),
  imports: z.union([z.literal('any'), values]).default({}),
  ssm: z.union([z.literal('any'), values]).default({}),
  secrets: z.union([z.literal('any'), z.record(z.string(), z.string())]).default({}),
});
/** The file format of `aws cloudformation create-stack --parameters file://...`. */
const parameterList = z.array(
  z.strictObject({
    ParameterKey: z.string(),
    ParameterValue: z.union([z.string(), z.number(), z.boolean()]),
    UsePreviousValue: z.literal(false).optional(),
    ResolvedValue: z.string().optional(),
  }),
);
/** The template configuration file of CodePipeline, and `{"Parameters": [...]}` of create-stack's JSON input. */
const configurationFile = z.looseObject({ Parameters: z.union([values, parameterList]) });

/** Reads an inputs file in Baton's format or in one of CloudFormation's parameter formats. Throws InvalidInput. */
export function readInputs(text: string, file: string): Inputs {
  const read = readJson(text, file) ?? readYaml(text, file);
  if (read.problems.length > 0) throw new InvalidInput(read.problems);
  return parseInputs(read.value ?? {}, file);
}

/** Reads inputs from a parsed value. Throws InvalidInput. */
export function parseInputs(value: JsonValue, file: string): Inputs {
  const list = parameterList.safeParse(value);
  if (list.success) return { ...noInputs, parameters: fromList(list.data) };
  const configuration = configurationFile.safeParse(value);
  if (configuration.success) {
    const given = configuration.data.Parameters;
    return {
      ...noInputs,
      parameters: Array.isArray(given) ? fromList(given) : (given as Inputs['parameters']),
    };
  }
  const own = ownForm.safeParse(value);
  if (own.success) return own.data as Inputs;
  const issues = Array.isArray(value) ? list.error.issues : own.error.issues;
  throw new InvalidInput(
    issues.map((issue) => ({ path: issue.path.join('.'), code: 'Inputs', message: issue.message, file })),
  );
}

function fromList(list: z.output<typeof parameterList>): Inputs['parameters'] {
  return Object.fromEntries(list.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]));
}
