/** The API of the local cloud's clock. AWS has no such API. */
import type { Clock } from '../clock.ts';
import type { RestHandler } from './gateway.ts';
import { ServiceError } from './wire.ts';

/** The first path segment of the clock API. */
export const clockPath = 'local-clock';

/**
 * `POST /local-clock` with `{seconds}` lets that much time pass and then waits until no automatic work is left. Returns
 * `{at}`, an ISO 8601 instant. Does not wait for a clock that runs at a multiple of real time.
 */
export function clockHandler(clock: Clock, runsByItself: boolean): RestHandler {
  return async ({ request }) => {
    const { seconds } = JSON.parse(request.body.toString('utf8')) as { seconds?: unknown };
    if (typeof seconds !== 'number' || !(seconds >= 0))
      throw new ServiceError('ValidationException', 'seconds must be a number from 0.');
    if (seconds > 0) await clock.pass(seconds * 1000);
    if (!runsByItself) await clock.quiet();
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ at: new Date(clock.now()).toISOString() }),
    };
  };
}
