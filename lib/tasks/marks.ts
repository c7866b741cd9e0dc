/** The start of a run's stop reason after a cancellation. */
export const canceled = 'Cancelled';

/** The value of a request's `undoRunId` if its run had no effect. */
export const nothingToUndo = 'none';
