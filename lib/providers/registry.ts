import { PermanentError } from '../model/errors.ts';
import type { Provider, Providers } from './provider.ts';

/**
 * Providers by the prefix of the resource types they support, the first that matches. To add a provider, add a row here and
 * a factory in lib/runtime.
 */
export const providerRows: readonly { prefix: string; name: ProviderName }[] = [
  { prefix: 'AWS::Route53::RecordSet', name: 'route53' },
  { prefix: 'AWS::', name: 'cloud-control' },
];

export type ProviderName = 'cloud-control' | 'route53';

/** No provider supports the type. Requests with such a type are rejected, so a plan never contains one. */
export class NoProvider extends PermanentError {
  override readonly name = 'NoProvider';
}

/** Returns whether a provider supports a type. */
export function hasProvider(type: string): boolean {
  return providerRows.some(({ prefix }) => type.startsWith(prefix));
}

/** Returns the name of the provider of a type. @throws NoProvider */
export function providerOf(type: string): ProviderName {
  const row = providerRows.find(({ prefix }) => type.startsWith(prefix));
  if (row !== undefined) return row.name;
  throw new NoProvider(`No provider is responsible for the type ${type}; expected ${expectedTypes()}.`);
}

/** Returns the supported type prefixes, for error messages. */
export function expectedTypes(): string {
  const prefixes = providerRows.map(({ prefix }) => prefix);
  const widest = prefixes.filter((one) => !prefixes.some((other) => one !== other && one.startsWith(other)));
  return `a type that begins with ${widest.join(' or ')}`;
}

/** Returns providers by type. Creates each on first use. */
export function providersOf(makers: Readonly<Record<ProviderName, () => Provider>>): Providers {
  return { of: (type) => makers[providerOf(type)]() };
}
