import * as z from 'zod';

/** The output of `submit --detach --json`. */
export const submittedReport = z.looseObject({ requestId: z.string() });
