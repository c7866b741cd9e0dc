import { PermanentError } from '../model/errors.ts';
import type { ProviderCall } from '../model/run.ts';
import type { Provider, Providers } from './provider.ts';

/**
 * Providers by the prefix of the resource types they support, the first that matches. To add a provider, add a row here and
 * a factory in lib/runtime.
 */
export const providerRows: readonly ProviderRow[] = [
  // A change needs a read and is polled, and the account has five requests a second for all ("Quotas", Amazon Route 53
  // Developer Guide).
  { prefix: 'AWS::Route53::RecordSet', name: 'route53', callsPerSecondMax: 1 },
  { prefix: 'AWS::', name: 'cloud-control' },
];

interface ProviderRow {
  prefix: string;
  name: ProviderName;
  /** Limit of each kind of call, whatever the settings say. */
  callsPerSecondMax?: number;
}

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

/** Returns the calls a second of a provider, by kind: those of the settings, as far as its service takes them. */
export function callsPerSecondOf(
  provider: string,
  settings: Readonly<Record<ProviderCall, number>>,
): Record<ProviderCall, number> {
  const { callsPerSecondMax: most = Number.POSITIVE_INFINITY } =
    providerRows.find(({ name }) => name === provider) ?? {};
  const { create, update, delete: remove } = settings;
  return { create: Math.min(create, most), update: Math.min(update, most), delete: Math.min(remove, most) };
}
