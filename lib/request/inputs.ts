import type { JsonObject, JsonValue } from '../model/json.ts';

/**
 * What a request is run with. `any` lets a fitting value be made up, for rehearsals on the local cloud.
 * Keys of `secrets` are whole references, `{{resolve:secretsmanager:name:SecretString:key}}`.
 */
export interface Inputs {
  parameters: Record<string, JsonValue>;
  imports: 'any' | Record<string, JsonValue>;
  ssm: 'any' | Record<string, JsonValue>;
  secrets: 'any' | Record<string, string>;
}

export const noInputs: Inputs = { parameters: {}, imports: {}, ssm: {}, secrets: {} };
export type { JsonObject };
