import { ServiceError } from '../gateway/wire.ts';

/**
 * Names of records as Route 53 stores them: lower case, with a dot at the end, and an escape code for each character but
 * letters, digits, hyphen and underscore. Source: "DNS domain name format", Amazon Route 53 Developer Guide.
 */
export function storedName(name: string): string {
  if (name === '' || name.length > 1024)
    throw new ServiceError('InvalidInput', 'The domain name is invalid.');
  const lower = name.endsWith('.') ? name.toLowerCase() : `${name.toLowerCase()}.`;
  return lower.replace(/\\(\d{3})|([^.])/g, (whole, code?: string, plain?: string) => {
    const character = code === undefined ? (plain ?? whole) : String.fromCharCode(Number.parseInt(code, 8));
    const kept = character.toLowerCase();
    if (/[a-z0-9_-]/.test(kept)) return kept;
    return `\\${kept.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}

/**
 * The form of names in condition keys: without the dot at the end. Source: "Using IAM policy conditions for fine-grained
 * access control", Amazon Route 53 Developer Guide.
 */
export function conditionName(name: string): string {
  return storedName(name).replace(/\.$/, '');
}

/** Orders names as a listing does: by their labels from the last to the first ("ListResourceRecordSets", API Reference). */
export function sortKey(name: string): string {
  return name.split('.').toReversed().join('.');
}
