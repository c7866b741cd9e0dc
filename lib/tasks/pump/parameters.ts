import { BatonError } from '../../model/errors.ts';
import { hashOf, type JsonObject } from '../../model/json.ts';
import { findSecretReferences, resolveSecrets } from '../../request/secrets.ts';

/** A plain parameter has another value at the call than when policies were evaluated. */
export class ParameterChanged extends BatonError {
  override readonly name = 'ParameterChanged';
  readonly code = this.name;
}

type Read = (reference: string) => Promise<string>;

/** Whether a reference is to a plain parameter, whose value is no secret. */
const isPlain = (reference: string): boolean => reference.startsWith('{{resolve:ssm:');

/**
 * A payload as policies and the rules of names look at it: with the values of plain parameters, which may name a
 * resource of others or be a wildcard; references to secrets stay as they are.
 * @throws SecretUnavailable
 */
export async function withParameters(payload: JsonObject, read: Read): Promise<JsonObject> {
  if (!findSecretReferences(payload).some(isPlain)) return payload;
  const seen = await resolveSecrets(payload, async (reference) =>
    isPlain(reference) ? read(reference) : reference,
  );
  return seen as JsonObject;
}

/** Reads each reference once, so that what is compared is what is sent. */
export function readingOnce(read: Read): Read {
  const values = new Map<string, Promise<string>>();
  return (reference) => {
    const value = values.get(reference) ?? read(reference);
    values.set(reference, value);
    return value;
  };
}

/** Refuses to send other values than those that were evaluated. @throws ParameterChanged */
export async function expectSeen(payload: JsonObject, seen: string | undefined, read: Read): Promise<void> {
  if (seen === undefined || hashOf(await withParameters(payload, read)) === seen) return;
  const names = findSecretReferences(payload).filter(isPlain).join(', ');
  throw new ParameterChanged(`${names} changed after the policies were evaluated; submit again.`);
}
