import { BatonError } from '../../model/errors.ts';
import { hashOf, type JsonObject } from '../../model/json.ts';
import { findSecretReferences, resolveSecrets } from '../../request/secrets.ts';

/** A plain parameter has another value at the call than when policies were evaluated. */
export class ParameterChanged extends BatonError {
  override readonly name = 'ParameterChanged';
  readonly code = this.name;
}

type Read = (reference: string) => Promise<string>;

/** Tells whether a reference is to a plain parameter, whose value isn't secret. */
const isPlain = (reference: string): boolean => reference.startsWith('{{resolve:ssm:');

/**
 * Returns a payload as policies and name rules evaluate it: with the values of plain parameters, which may name another
 * team's resource or be a wildcard. References to secrets stay.
 * @throws SecretUnavailable
 */
export async function withParameters(payload: JsonObject, read: Read): Promise<JsonObject> {
  if (!findSecretReferences(payload).some(isPlain)) return payload;
  const seen = await resolveSecrets(payload, async (reference) =>
    isPlain(reference) ? read(reference) : reference,
  );
  return seen as JsonObject;
}

/** Reads each reference once, so that the compared value is the sent one. */
export function readingOnce(read: Read): Read {
  const values = new Map<string, Promise<string>>();
  return (reference) => {
    const value = values.get(reference) ?? read(reference);
    values.set(reference, value);
    return value;
  };
}

/** Rejects values that differ from the evaluated ones. @throws ParameterChanged */
export async function expectSeen(payload: JsonObject, seen: string | undefined, read: Read): Promise<void> {
  if (seen === undefined || hashOf(await withParameters(payload, read)) === seen) return;
  const names = findSecretReferences(payload).filter(isPlain).join(', ');
  throw new ParameterChanged(`${names} changed after the policies were evaluated; submit again.`);
}
