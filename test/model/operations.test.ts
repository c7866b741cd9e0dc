import { describe, expect, test } from 'vitest';
import { outgoing } from '../../lib/events/catalogue.ts';
import { operations } from '../../lib/model/operations.ts';
import { availableActions } from '../../lib/model/request.ts';

describe.each(Object.entries(operations))('the operation %s', (name, row) => {
  test('has an inverse that restores the previous state', () => {
    const undo = operations[row.undoneBy];
    // A resource that is retained is still there: taking it back makes nothing.
    expect(undo.makes).toBe(row.ends && name !== 'retain');
    expect(undo.ends).toBe(row.makes);
  });

  test('calls the provider for its effect', () => {
    const ending = row.status === 'Retired' ? 'delete' : undefined;
    expect(row.sends).toBe(row.makes ? 'create' : row.ends ? ending : 'update');
  });

  test('is an available action, and has an event in the catalog', () => {
    expect(availableActions).toContain(row.action);
    expect(Object.keys(outgoing)).toContain(row.publishedAs);
  });
});
