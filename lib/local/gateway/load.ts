/** The API that puts load on resources of the local cloud. AWS has no such API. */
import * as z from 'zod';
import type { Loads } from '../load/loads.ts';
import type { RestHandler } from './gateway.ts';
import { ServiceError } from './wire.ts';

/** The first path segment of the load API. */
export const loadPath = 'local-load';

const wish = z.strictObject({
  resource: z.string().min(1),
  trace: z.strictObject({
    intervalSeconds: z.number().positive(),
    values: z.array(z.number().nonnegative()).min(1).max(1_000_000),
    startMillis: z.number().optional(),
  }),
  scale: z.number().positive().default(1),
  perUnit: z.number().positive().optional(),
});

/** `POST /local-load` starts a load. Returns `{type, identifier, load, until}`, with an ISO 8601 instant. */
export function loadHandler(loads: Loads): RestHandler {
  return async ({ request }) => {
    const parsed = wish.safeParse(JSON.parse(request.body.toString('utf8')));
    if (!parsed.success) throw new ServiceError('ValidationException', z.prettifyError(parsed.error));
    const { trace, perUnit, ...rest } = parsed.data;
    const { startMillis: _start, ...spaced } = trace;
    const started = loads.start({ ...rest, trace: spaced, ...(perUnit === undefined ? {} : { perUnit }) });
    const { type, identifier, load, endMillis } = started;
    const body = { type, identifier, load, until: new Date(endMillis).toISOString() };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  };
}
