import type { JsonValue } from '../model/json.ts';
import { partitionOf } from '../model/partition.ts';
import type { TypeLookup } from '../model/spec.ts';
import { scalarText } from '../template/intrinsic.ts';
import { externalReferences, importUses } from './external.ts';
import type { Inputs } from './inputs.ts';
import { madeUpValue } from './made-up.ts';
import { readManifest } from './manifest.ts';
import { movedInto } from './moved.ts';
import { sealSecrets } from './seal.ts';

/** A complete request for the local cloud: the content of the event, and the values that the cloud must contain. */
export interface Rehearsal {
  /** The document to submit: the given text, or the text with sealed secrets. */
  text: string;
  parameters: Record<string, JsonValue>;
  /** Values of the exports it imports. */
  imports: Record<string, JsonValue>;
  /** Values of SSM parameters by name, for the cloud's Parameter Store. Lists are joined by commas. */
  ssm: Record<string, string>;
  /** The value of each `{{resolve:...}}` reference, for the cloud's secrets. */
  secrets: Record<string, string>;
}

/**
 * Replaces `any` in inputs with plausible values, and seals the literal secrets of plain templates. Pure: the same
 * request gets the same values. Throws InvalidInput if the text can't be read; `normalizeRequest` reports all other
 * problems. With a `prefix`, generated names in plain templates move to where the service may read: `prod-db` becomes
 * `dev/checkout/prod-db`.
 */
export function rehearse(
  text: string,
  file: string,
  inputs: Inputs,
  where: { account: string; region: string; lookup: TypeLookup; prefix?: string },
): Rehearsal {
  const written = readManifest(text, file);
  const moved =
    where.prefix === undefined ? { manifest: written, inputs } : movedInto(where.prefix, written, inputs);
  const sealed = sealSecrets(moved.manifest, moved.inputs, where.lookup, where.prefix);
  const { manifest } = sealed;
  const wanted = externalReferences(manifest, sealed.inputs, where);
  const place = { ...where, partition: partitionOf(where.region).partition };
  const madeUpImports = [...importUses(manifest, sealed.inputs, where)].map(([name, uses]) => [
    name,
    madeUpValue('String', [name, ...uses], place),
  ]);
  const madeUpSsm = wanted.ssm.map(({ name, type }) => [name, madeUpValue(type, [name], place)]);
  const ssm =
    inputs.ssm === 'any' ? (Object.fromEntries(madeUpSsm) as Record<string, JsonValue>) : inputs.ssm;
  const madeUpSecrets = wanted.secrets.map((reference) => [reference, madeUpSecret(reference)]);
  return {
    text: sealed.sealedProperties || moved.manifest !== written ? JSON.stringify(manifest.document) : text,
    parameters: sealed.inputs.parameters,
    imports: inputs.imports === 'any' ? Object.fromEntries(madeUpImports) : inputs.imports,
    ssm: Object.fromEntries(Object.entries(ssm).map(([name, value]) => [name, textOf(value)])),
    secrets: {
      ...(inputs.secrets === 'any' ? Object.fromEntries(madeUpSecrets) : inputs.secrets),
      ...sealed.secrets,
    },
  };
}

const textOf = (value: JsonValue) =>
  Array.isArray(value) ? value.join(',') : (scalarText(value) ?? JSON.stringify(value));

/** Long enough for the password rules of databases and directories. It isn't confidential. */
const madeUpSecret = (reference: string) => `Made-up-1-${reference.length}`;
