import type { JsonValue } from '../../lib/model/json.ts';

/** What can go wrong with one attempt of a task. */
export const faults = {
  throttled: async () => {
    throw named('Lambda.TooManyRequestsException', 'Rate exceeded');
  },
  'timed out': () => new Promise<JsonValue>(() => {}),
  'crashed before its effect': async () => {
    throw named('Lambda.Unknown', 'The function ended before it did anything');
  },
  'crashed after its effect': async (proceed) => {
    await proceed();
    throw named('Lambda.Unknown', 'The function ended before it could answer');
  },
  'answered nonsense': async (proceed) => {
    await proceed();
    return { Payload: { nonsense: true } };
  },
} satisfies Record<string, (proceed: () => Promise<JsonValue>) => Promise<JsonValue>>;
export type FaultName = keyof typeof faults;

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
