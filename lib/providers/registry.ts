import { PermanentError } from '../model/errors.ts';
import type { Provider, Providers } from './provider.ts';

/** Which provider is responsible for a type, by how its name begins. A provider is a row here and a maker in lib/runtime. */
export const providerRows = [{ prefix: 'AWS::', name: 'cloud-control' }] as const;

export type ProviderName = (typeof providerRows)[number]['name'];

/** No provider is responsible for a type: requests that name it are refused, so that none gets this far. */
export class NoProvider extends PermanentError {
  override readonly name = 'NoProvider';
}

/** Whether a provider is responsible for a type. */
export function hasProvider(type: string): boolean {
  return providerRows.some(({ prefix }) => type.startsWith(prefix));
}

/** The provider of a type. @throws NoProvider */
export function providerOf(type: string): ProviderName {
  const row = providerRows.find(({ prefix }) => type.startsWith(prefix));
  if (row !== undefined) return row.name;
  throw new NoProvider(`No provider is responsible for the type ${type}; expected ${expectedTypes}.`);
}

/** Beginnings of the types that can be provisioned, in words. */
export const expectedTypes = `a type that begins with ${providerRows.map(({ prefix }) => prefix).join(' or ')}`;

/** Providers by type, each made when it is first asked for. */
export function providersOf(makers: Readonly<Record<ProviderName, () => Provider>>): Providers {
  return { of: (type) => makers[providerOf(type)]() };
}
