import { describe, expect, test } from 'vitest';
import { outgoing } from '../../lib/events/catalog.ts';
import { ends, operations, waits } from '../../lib/model/operations.ts';
import type { Operation } from '../../lib/model/plan.ts';
import { availableActions } from '../../lib/model/request.ts';

describe.each(Object.keys(operations) as Operation[])('the operation %s', (operation) => {
  const row = operations[operation];
  const ending = ends({ operation });
  const waiting = waits({ operation });

  test('has an inverse that restores the previous state, or needs none', () => {
    if (row.undoneBy === 'none') {
      expect(row).toMatchObject({ makes: false, asset: 'kept' });
      return;
    }
    const undo = operations[row.undoneBy];
    // A retained resource still exists, so taking it back creates nothing.
    expect(undo.makes).toBe(ending && operation !== 'retain');
    expect(undo.asset === 'ended').toBe(row.makes);
  });

  test('calls the provider for its effect', () => {
    const end = row.status === 'Retired' ? 'delete' : undefined;
    const change = waiting ? undefined : 'update';
    expect(row.sends).toBe(row.makes ? 'create' : ending ? end : change);
  });

  test('is an available action, and has an event in the catalog', () => {
    // Verifying is not an action on an asset, and publishes no event.
    const looks = waiting ? [undefined] : [];
    expect([...availableActions, ...looks]).toContain(row.action);
    expect([...Object.keys(outgoing), ...looks]).toContain(row.publishedAs);
  });
});
