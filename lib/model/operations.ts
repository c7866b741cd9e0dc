import type { AssetStatus } from './asset.ts';
import type { AssetEntryName } from './audit-entries.ts';
import type { Operation } from './plan.ts';
import type { AvailableAction } from './request.ts';
import type { ProviderCall } from './run.ts';

/** The definition of an operation, except for how the pump sends it. The checker of plans has separate tables. */
interface OperationRow {
  /** Whether it creates a resource. */
  makes: boolean;
  /** Whether it ends the asset it works on. */
  ends: boolean;
  /** The provider call, or undefined if none is needed. */
  sends: ProviderCall | undefined;
  /** The operation that rolls it back. `none` if there is nothing to roll back. */
  undoneBy: 'create' | 'update' | 'delete' | 'none';
  /** The action for policies, regardless of the request. Undefined if it doesn't affect an asset. */
  action: AvailableAction | undefined;
  /** The status of its asset afterwards. */
  status: AssetStatus;
  /** The entry on the asset's trail, and the event on the bus. Undefined if it changes nothing. */
  recordedAs: AssetEntryName;
  publishedAs: 'Asset Registered' | 'Asset Changed' | 'Asset Retired' | undefined;
  /** The symbol that users know from other tools. */
  symbol: string;
  verb: string;
  tone: 'good' | 'warn' | 'bad' | 'quiet';
}

/** The common fields of all operations that create a resource, and of all that end one. */
const making = {
  makes: true,
  ends: false,
  sends: 'create',
  // Also for a replacement: the old resource stays until its own delete, after everything else.
  undoneBy: 'delete',
  action: 'provision',
  status: 'Active',
  recordedAs: 'AssetRegistered',
  publishedAs: 'Asset Registered',
} as const;
const ending = { makes: false, ends: true, action: 'decommission', publishedAs: 'Asset Retired' } as const;

/** Every operation. A new operation needs a row here, its call in the pump and its rules in the checker. */
export const operations = {
  create: { ...making, symbol: '+', verb: 'create', tone: 'good' },
  update: {
    makes: false,
    ends: false,
    sends: 'update',
    undoneBy: 'update',
    action: 'provision',
    status: 'Active',
    recordedAs: 'AssetChanged',
    publishedAs: 'Asset Changed',
    symbol: '~',
    verb: 'update',
    tone: 'warn',
  },
  replace: { ...making, symbol: '-/+', verb: 'replace', tone: 'warn' },
  delete: {
    ...ending,
    sends: 'delete',
    undoneBy: 'create',
    status: 'Retired',
    recordedAs: 'AssetRetired',
    symbol: '-',
    verb: 'delete',
    tone: 'bad',
  },
  // A retained resource is no longer managed: nothing is sent, and taking it back only updates the inventory.
  retain: {
    ...ending,
    sends: undefined,
    undoneBy: 'update',
    status: 'Retained',
    recordedAs: 'AssetRetained',
    symbol: '.',
    verb: 'forget',
    tone: 'quiet',
  },
  // Its action is in the row of its verb.
  act: {
    makes: false,
    ends: false,
    sends: 'update',
    undoneBy: 'none',
    action: 'recover',
    status: 'Active',
    recordedAs: 'AssetActedOn',
    publishedAs: 'Asset Changed',
    symbol: '!',
    verb: 'act on',
    tone: 'warn',
  },
  verify: {
    makes: false,
    ends: false,
    sends: undefined,
    undoneBy: 'none',
    action: undefined,
    status: 'Active',
    recordedAs: 'AssetVerified',
    publishedAs: undefined,
    symbol: '?',
    verb: 'verify',
    tone: 'quiet',
  },
} as const satisfies Record<Operation, OperationRow>;

interface Operating {
  operation: Operation;
}

/** Tells whether a step creates a resource. */
export const makes = ({ operation }: Operating): boolean => operations[operation].makes;

/** Tells whether a step ends its asset. */
export const ends = ({ operation }: Operating): boolean => operations[operation].ends;
