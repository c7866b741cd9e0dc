import type { Inverse, Operation } from '../../model/plan.ts';

/** What the checker knows of an operation, independently of lib/model/operations.ts. */
export interface KnownOperation {
  /** Whether it creates or changes a desired resource, or ends an asset. */
  effect?: 'making' | 'ending';
  /** Whether it names an asset of the inventory. */
  pinned: boolean;
  /** The operation of its inverse. */
  inverse: Inverse['operation'];
  /** The operations that roll it back. */
  undoers: readonly Operation[];
}

export const knownOperations: Readonly<Record<Operation, KnownOperation>> = {
  create: { effect: 'making', pinned: false, inverse: 'delete', undoers: ['delete'] },
  replace: { effect: 'making', pinned: true, inverse: 'delete', undoers: ['delete'] },
  update: { effect: 'making', pinned: true, inverse: 'update', undoers: ['update'] },
  // After a failed delete, the resource is restored to its previous state.
  delete: { effect: 'ending', pinned: true, inverse: 'create', undoers: ['create', 'update'] },
  retain: { effect: 'ending', pinned: true, inverse: 'update', undoers: ['update'] },
  act: { pinned: true, inverse: 'none', undoers: [] },
  verify: { pinned: false, inverse: 'none', undoers: [] },
};
