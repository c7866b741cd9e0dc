import type { Documents } from './documents.ts';

/** Stands in an item for a value in the Documents bucket, by hash. */
interface Spilled {
  $document: string;
}

/** Maximum size of a value, in bytes of JSON, that stays in an item. A few of them are far below DynamoDB's 400 KB. */
const largestKeptBytes = 24 * 1024;

/** Moves the large values of a record to the Documents bucket (design principle 6: state by reference). */
export async function spilled<T extends object>(
  documents: Documents,
  record: T,
  names: readonly (keyof T)[],
): Promise<T> {
  const copy = { ...record };
  for (const name of names) {
    const value = record[name];
    if (value === undefined || Buffer.byteLength(JSON.stringify(value)) <= largestKeptBytes) continue;
    copy[name] = { $document: await documents.put(value) } as T[keyof T];
  }
  return copy;
}

/** Returns the record with the moved values restored. @throws DocumentMissing */
export async function whole<T extends object>(documents: Documents, record: T): Promise<T> {
  const copy = { ...record };
  for (const [name, value] of Object.entries(record))
    if (isSpilled(value)) copy[name as keyof T] = await documents.get<T[keyof T]>(value.$document);
  return copy;
}

/** Returns the hash of the document that a value was moved to, or undefined if it wasn't moved. */
export function documentOf(value: unknown): string | undefined {
  return isSpilled(value) ? value.$document : undefined;
}

function isSpilled(value: unknown): value is Spilled {
  return typeof value === 'object' && value !== null && typeof (value as Spilled).$document === 'string';
}
