import type { AssetStatus } from './asset.ts';
import type { AssetEntryName } from './audit-entries.ts';
import type { Inverse, Operation, Step } from './plan.ts';
import type { AvailableAction } from './request.ts';
import type { ProviderCall } from './run.ts';

/**
 * The definition of an operation, except for how the pump performs it. Functions ask the row and never compare names.
 * The checker of plans and the audit have separate tables.
 */
export interface OperationRow {
  /** Whether it creates a resource. */
  makes: boolean;
  /** Whether its resource, or the one it replaces, exists before the run. */
  existing: boolean;
  /** What becomes of its asset: it gets the properties of the step, keeps its own, or ends. */
  asset: 'set' | 'kept' | 'ended';
  /** The provider call, or undefined if none is needed. */
  sends: ProviderCall | undefined;
  /** Whether a call that was accepted and failed must not be repeated, because it may have taken effect. */
  once?: true;
  /** Whether it waits until health checks have held for a bake time. */
  waits?: true;
  /** The operation that rolls it back. `none` if there is nothing to roll back. */
  undoneBy: Inverse['operation'];
  /** The action for policies, regardless of the request. Undefined if it doesn't affect an asset. */
  action: AvailableAction | undefined;
  /** The status of its asset afterwards. */
  status: AssetStatus;
  /** The entry on the asset's trail, and the event on the bus. Undefined if it changes nothing. */
  recordedAs: Exclude<AssetEntryName, 'AssetObserved' | 'AssetGone'>;
  publishedAs: 'Asset Registered' | 'Asset Changed' | 'Asset Retired' | undefined;
  /** The symbol that users know from other tools. */
  symbol: string;
  /** In plans, while it runs, and when it has ended. */
  verb: string;
  doing: string;
  did: string;
  tone: 'good' | 'warn' | 'bad' | 'quiet';
  /** Where a capsule lists it: the lowest first, which is the worst. */
  rank: number;
}

/** The common fields of all operations that create a resource, and of all that end an asset. */
const making = {
  makes: true,
  asset: 'set',
  sends: 'create',
  // Also for a replacement: the old resource stays until its own delete, after everything else.
  undoneBy: 'delete',
  action: 'provision',
  status: 'Active',
  recordedAs: 'AssetRegistered',
  publishedAs: 'Asset Registered',
} as const;
const ending = {
  makes: false,
  existing: true,
  asset: 'ended',
  action: 'decommission',
  publishedAs: 'Asset Retired',
} as const;

/** Every operation. A new operation needs a row here, its rules in the checker, and a way to perform it in the pump. */
export const operations: Readonly<Record<Operation, OperationRow>> = {
  create: {
    ...making,
    existing: false,
    symbol: '+',
    verb: 'create',
    doing: 'creating',
    did: 'created',
    tone: 'good',
    rank: 60,
  },
  update: {
    makes: false,
    existing: true,
    asset: 'set',
    sends: 'update',
    undoneBy: 'update',
    action: 'provision',
    status: 'Active',
    recordedAs: 'AssetChanged',
    publishedAs: 'Asset Changed',
    symbol: '~',
    verb: 'update',
    doing: 'updating',
    did: 'updated',
    tone: 'warn',
    rank: 40,
  },
  replace: {
    ...making,
    existing: true,
    symbol: '-/+',
    verb: 'replace',
    doing: 'creating the replacement',
    did: 'replacement created',
    tone: 'warn',
    rank: 20,
  },
  delete: {
    ...ending,
    sends: 'delete',
    undoneBy: 'create',
    status: 'Retired',
    recordedAs: 'AssetRetired',
    symbol: '-',
    verb: 'delete',
    doing: 'deleting',
    did: 'deleted',
    tone: 'bad',
    rank: 10,
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
    doing: 'forgetting',
    did: 'forgotten',
    tone: 'quiet',
    rank: 50,
  },
  // Its action is in the row of its verb.
  act: {
    makes: false,
    existing: true,
    asset: 'kept',
    sends: 'update',
    once: true,
    undoneBy: 'none',
    action: 'recover',
    status: 'Active',
    recordedAs: 'AssetActedOn',
    publishedAs: 'Asset Changed',
    symbol: '!',
    verb: 'act on',
    doing: 'act started',
    did: 'act done',
    tone: 'warn',
    rank: 30,
  },
  // An earlier step may create its resource.
  verify: {
    makes: false,
    existing: false,
    asset: 'kept',
    sends: undefined,
    waits: true,
    undoneBy: 'none',
    action: undefined,
    status: 'Active',
    recordedAs: 'AssetVerified',
    publishedAs: undefined,
    symbol: '?',
    verb: 'verify',
    doing: 'verifying',
    did: 'verified',
    tone: 'quiet',
    rank: 70,
  },
};

type Operating = Pick<Step, 'operation'>;

/** Tells whether a step creates a resource. */
export const makes = ({ operation }: Operating): boolean => operations[operation].makes;

/** Tells whether a step creates a resource that replaces none. */
export const creates = (step: Operating): boolean => makes(step) && !existsBefore(step);

/** Tells whether a step creates a resource that replaces another. */
export const replaces = (step: Operating): boolean => makes(step) && existsBefore(step);

/** Tells whether the resource of a step, or the one it replaces, exists before the run. */
export const existsBefore = ({ operation }: Operating): boolean => operations[operation].existing;

/** Tells whether a step changes the properties of an existing resource. */
export function changes({ operation }: Operating): boolean {
  const { asset, sends } = operations[operation];
  return asset === 'set' && sends === 'update';
}

/** Tells whether a step moves traffic: it sets a weight of a shift. */
export const shiftsTraffic = (step: Operating & Partial<Pick<Step, 'shift'>>): boolean =>
  step.shift !== undefined && changes(step);

/** Tells whether a step removes its resource. */
export const removes = ({ operation }: Operating): boolean => operations[operation].sends === 'delete';

/** Tells whether a step ends its asset. */
export const ends = ({ operation }: Operating): boolean => operations[operation].asset === 'ended';

/** Tells whether a step ends its asset and leaves the resource in place. */
export const forgets = (step: Operating): boolean => ends(step) && !removes(step);

/** Tells whether the asset of a step keeps its properties. */
export const keeps = ({ operation }: Operating): boolean => operations[operation].asset === 'kept';

/** Tells whether a step calls the provider for something other than a property. */
export const acts = (step: Operating): boolean =>
  keeps(step) && operations[step.operation].sends !== undefined;

/** Tells whether a step waits until health checks have held. */
export const waits = ({ operation }: Operating): boolean => operations[operation].waits === true;

/** Tells whether the data of a resource is lost: it is removed, or replaced by one without the data. */
export function losesData(step: Pick<Step, 'operation' | 'holdsData'>): boolean {
  return step.holdsData && (removes(step) || replaces(step));
}
