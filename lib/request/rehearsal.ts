import type { JsonValue } from '../model/json.ts';
import type { TypeLookup } from '../model/spec.ts';
import { partitionOf } from '../template/index.ts';
import { scalarText } from '../template/intrinsic.ts';
import { externalReferences, importUses } from './external.ts';
import type { Inputs } from './inputs.ts';
import { madeUpValue } from './made-up.ts';
import { readManifest } from './manifest.ts';
import { movedInto } from './moved.ts';
import { sealSecrets } from './seal.ts';

/** A request for the local cloud with nothing left open: what the event says, and what the cloud must hold. */
export interface Rehearsal {
  /** The document to hand in: the text as given, or with secrets sealed. */
  text: string;
  parameters: Record<string, JsonValue>;
  /** Values of the exports it imports. */
  imports: Record<string, JsonValue>;
  /** Values of SSM parameters by name, for the cloud's Parameter Store; lists joined by commas. */
  ssm: Record<string, string>;
  /** What stands behind each `{{resolve:...}}` reference, for the cloud's secrets. */
  secrets: Record<string, string>;
}

/**
 * Makes of inputs that may say `any` inputs that say what: fitting values are made up, and plain templates have
 * their literal secrets sealed. Pure: the same request gets the same values. Throws InvalidInput when the text
 * can't be read; all other problems are left for `normaliseRequest`. With a `prefix`, names in plain templates whose
 * values are made up are moved to where the service may read: `prod-db` becomes `dev/checkout/prod-db`.
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

/** Long enough for the password rules of databases and directories; secret to nobody. */
const madeUpSecret = (reference: string) => `Made-up-1-${reference.length}`;
