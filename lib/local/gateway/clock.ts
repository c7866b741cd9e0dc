/** The local cloud's own way to its clock; AWS has none. */
import type { Clock } from '../clock.ts';
import type { RestHandler } from './gateway.ts';
import { ServiceError } from './wire.ts';

/** First segment of the path, under which the clock is reached. */
export const clockPath = 'local-clock';

/**
 * `POST /local-clock` with `{seconds}` lets so much time pass, then waits until nothing is left that happens by
 * itself; answers `{at}`, an ISO 8601 instant. A clock that runs at a multiple of real time is not waited for.
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
