import { describe, expect, test } from 'vitest';
import { outgoing } from '../../lib/events/catalogue.ts';
import { operations } from '../../lib/model/operations.ts';
import { availableActions } from '../../lib/model/request.ts';

describe.each(Object.entries(operations))('the operation %s', (name, row) => {
  test('ends with what undoes it, and undoing that comes back to what it was', () => {
    const undo = operations[row.undoneBy];
    // A resource that is retained is still there: taking it back makes nothing.
    expect(undo.makes).toBe(row.ends && name !== 'retain');
    expect(undo.ends).toBe(row.makes);
  });

  test('calls the provider for what it does', () => {
    const ending = row.status === 'Retired' ? 'delete' : undefined;
    expect(row.sends).toBe(row.makes ? 'create' : row.ends ? ending : 'update');
  });

  test('is an action that may be asked for, and is told by an event of the catalogue', () => {
    expect(availableActions).toContain(row.action);
    expect(Object.keys(outgoing)).toContain(row.publishedAs);
  });
});
