import * as z from 'zod';
import type { JsonObject } from '../model/json.ts';
import { headerSchema } from '../model/request.ts';
import { batonBlockSchema } from './health.ts';
import { parameterTypeNames } from './parameter-types.ts';

const texts = z.union([z.string(), z.array(z.string())]);
const values = z.record(z.string(), z.json());

const parameterSchema = z.strictObject({
  Type: z.union([
    z.enum(parameterTypeNames as [string, ...string[]]),
    z.string().regex(/^AWS::SSM::Parameter::Value<.+>$/),
  ]),
  Default: z.json().optional(),
  Description: z.string().optional(),
  AllowedValues: z.array(z.json()).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  NoEcho: z.union([z.boolean(), z.string()]).optional(),
  MinLength: z.union([z.number(), z.string()]).optional(),
  MaxLength: z.union([z.number(), z.string()]).optional(),
  MinValue: z.union([z.number(), z.string()]).optional(),
  MaxValue: z.union([z.number(), z.string()]).optional(),
});

const resourceSchema = z.strictObject({
  Type: z.string().describe('A resource type, such as AWS::S3::Bucket'),
  Properties: values
    .optional()
    .describe("The type's properties, as in CloudFormation; checked against the service spec"),
  DependsOn: texts.optional(),
  Condition: z.string().optional(),
  DeletionPolicy: z.json().optional(),
  UpdateReplacePolicy: z.json().optional(),
  Metadata: values.optional(),
  UpdatePolicy: values.optional(),
  Description: z.string().optional(),
  Baton: z.optional(batonBlockSchema),
});

const outputSchema = z.strictObject({
  Value: z.json(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: z.json() }).optional(),
});

/** Adds `Fn::ForEach::Name` to named entries. */
const withLoops = <Entry extends z.ZodType>(entry: Entry) =>
  z.record(z.string(), z.union([entry, z.array(z.json())]));

const manifestSchema = z.strictObject({
  ...headerSchema.shape,
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: values.optional(),
  Transform: z
    .union([z.literal('AWS::LanguageExtensions'), z.array(z.literal('AWS::LanguageExtensions'))])
    .optional(),
  Parameters: z.record(z.string(), parameterSchema).optional(),
  Rules: values.optional(),
  Mappings: z.record(z.string(), z.record(z.string(), values)).optional(),
  Conditions: values.optional(),
  Resources: withLoops(resourceSchema),
  Outputs: withLoops(outputSchema).optional(),
});

/** Returns the JSON Schema of a manifest (draft 2020-12), for editors. `normalizeRequest` checks much more. */
export function manifestJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input', unrepresentable: 'any' });
  return { ...(schema as JsonObject), title: 'Baton manifest' };
}
