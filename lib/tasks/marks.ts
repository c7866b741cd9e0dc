/** How the reason of a stopped run begins when somebody cancelled it. */
export const cancelled = 'Cancelled';

/** Stands in a request's `undoRunId` when its run had done nothing. */
export const nothingToUndo = 'none';
