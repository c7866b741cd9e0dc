import { describe, expect, test } from 'vitest';
import { outgoing } from '../../lib/events/catalogue.ts';
import { operations } from '../../lib/model/operations.ts';
import { availableActions } from '../../lib/model/request.ts';

describe.each(Object.entries(operations))('the operation %s', (name, row) => {
  test('has an inverse that restores the previous state, or needs none', () => {
    if (row.undoneBy === 'none') {
      expect([row.makes, row.ends]).toEqual([false, false]);
      return;
    }
    const undo = operations[row.undoneBy];
    // A retained resource still exists, so taking it back creates nothing.
    expect(undo.makes).toBe(row.ends && name !== 'retain');
    expect(undo.ends).toBe(row.makes);
  });

  test('calls the provider for its effect', () => {
    const ending = row.status === 'Retired' ? 'delete' : undefined;
    const changing = name === 'verify' ? undefined : 'update';
    expect(row.sends).toBe(row.makes ? 'create' : row.ends ? ending : changing);
  });

  test('is an available action, and has an event in the catalog', () => {
    // Verifying is not an action on an asset, and publishes no event.
    const looks = name === 'verify' ? [undefined] : [];
    expect([...availableActions, ...looks]).toContain(row.action);
    expect([...Object.keys(outgoing), ...looks]).toContain(row.publishedAs);
  });
});
