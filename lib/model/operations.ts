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
  /** The operation that undoes it. */
  undoneBy: 'create' | 'update' | 'delete';
  /** What carrying it out is to policies, whatever the request is called. */
  action: AvailableAction;
  /** Status of its asset afterwards. */
  status: AssetStatus;
  /** The entry on the asset's trail, and the event on the bus. */
  recordedAs: string;
  publishedAs: 'Asset Registered' | 'Asset Changed' | 'Asset Retired';
  /** How people know it from other tools. */
  symbol: string;
  verb: string;
  tone: 'good' | 'warn' | 'bad' | 'quiet';
}

/** Every operation; a new one is a row here, its call in the pump and its rules in the checker. */
export const operations = {
  create: {
    ...{
      makes: true,
      ends: false,
      sends: 'create',
      undoneBy: 'delete',
      action: 'provision',
      status: 'Active',
    },
    ...{ recordedAs: 'AssetRegistered', publishedAs: 'Asset Registered' },
    ...{ symbol: '+', verb: 'create', tone: 'good' },
  },
  update: {
    ...{
      makes: false,
      ends: false,
      sends: 'update',
      undoneBy: 'update',
      action: 'provision',
      status: 'Active',
    },
    ...{ recordedAs: 'AssetChanged', publishedAs: 'Asset Changed' },
    ...{ symbol: '~', verb: 'update', tone: 'warn' },
  },
  // The old resource stays until its own delete, after everything else: what undoes a replacement is a delete.
  replace: {
    ...{
      makes: true,
      ends: false,
      sends: 'create',
      undoneBy: 'delete',
      action: 'provision',
      status: 'Active',
    },
    ...{ recordedAs: 'AssetRegistered', publishedAs: 'Asset Registered' },
    ...{ symbol: '-/+', verb: 'replace', tone: 'warn' },
  },
  delete: {
    ...{
      makes: false,
      ends: true,
      sends: 'delete',
      undoneBy: 'create',
      action: 'decommission',
      status: 'Retired',
    },
    ...{ recordedAs: 'AssetRetired', publishedAs: 'Asset Retired' },
    ...{ symbol: '-', verb: 'delete', tone: 'bad' },
  },
  // A resource that is retained is given up: nothing is sent, and taking it back is an update of the inventory.
  retain: {
    ...{
      makes: false,
      ends: true,
      sends: undefined,
      undoneBy: 'update',
      action: 'decommission',
      status: 'Retained',
    },
    ...{ recordedAs: 'AssetRetained', publishedAs: 'Asset Retired' },
    ...{ symbol: '.', verb: 'forget', tone: 'quiet' },
  },
} as const satisfies Record<Operation, OperationRow>;

interface Operating {
  operation: Operation;
}

/** Whether a step makes a resource that was not there before. */
export const makes = ({ operation }: Operating): boolean => operations[operation].makes;

/** Whether the asset of a step ends with it. */
export const ends = ({ operation }: Operating): boolean => operations[operation].ends;
