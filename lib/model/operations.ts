import type { AssetStatus } from './asset.ts';
import type { Operation } from './plan.ts';
import type { AvailableAction } from './request.ts';
import type { ProviderCall } from './run.ts';

/** All that an operation is, besides how the pump sends it. The checker of plans has tables of its own. */
interface OperationRow {
  /** Whether there is a new resource afterwards. */
  makes: boolean;
  /** Whether the asset it works on ends with it. */
  ends: boolean;
  /** The call to the provider; undefined where none is needed. */
  sends: ProviderCall | undefined;
  /** The operation that undoes it; `none` where there is nothing to undo. */
  undoneBy: 'create' | 'update' | 'delete' | 'none';
  /** What carrying it out is to policies, whatever the request is called; undefined where it does nothing to an asset. */
  action: AvailableAction | undefined;
  /** Status of its asset afterwards. */
  status: AssetStatus;
  /** The entry on the asset's trail, and the event on the bus; undefined where it changes nothing. */
  recordedAs: string;
  publishedAs: 'Asset Registered' | 'Asset Changed' | 'Asset Retired' | undefined;
  /** How people know it from other tools. */
  symbol: string;
  verb: string;
  tone: 'good' | 'warn' | 'bad' | 'quiet';
}

/** What all operations that make a resource have in common, and all that end one. */
const making = {
  makes: true,
  ends: false,
  sends: 'create',
  // Of a replacement, too: the old resource stays until its own delete, after everything else.
  undoneBy: 'delete',
  action: 'provision',
  status: 'Active',
  recordedAs: 'AssetRegistered',
  publishedAs: 'Asset Registered',
} as const;
const ending = { makes: false, ends: true, action: 'decommission', publishedAs: 'Asset Retired' } as const;

/** Every operation; a new one is a row here, its call in the pump and its rules in the checker. */
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
  // A resource that is retained is given up: nothing is sent, and taking it back is an update of the inventory.
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
  // What it is to policies stands in the row of its verb.
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

/** Whether a step makes a resource that was not there before. */
export const makes = ({ operation }: Operating): boolean => operations[operation].makes;

/** Whether the asset of a step ends with it. */
export const ends = ({ operation }: Operating): boolean => operations[operation].ends;
