import * as z from 'zod';

/** Of `submit --detach --json`. */
export const submittedReport = z.looseObject({ requestId: z.string() });
