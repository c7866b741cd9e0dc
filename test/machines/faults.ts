/** What can go wrong with one attempt of a task, a call, a wake-up or a delivery. */
type Around = <T>(proceed: () => Promise<T>) => Promise<T>;

const crashedBefore: Around = async () => {
  throw named('Lambda.Unknown', 'The function ended before it did anything');
};
const crashedAfter: Around = async (proceed) => {
  await proceed();
  throw named('Lambda.Unknown', 'The function ended before it could answer');
};

export const taskFaults = {
  throttled: async () => {
    throw named('Lambda.TooManyRequestsException', 'Rate exceeded');
  },
  'timed out': () => new Promise<never>(() => {}),
  'crashed before its effect': crashedBefore,
  'crashed after its effect': crashedAfter,
  'answered nonsense': async (proceed: () => Promise<unknown>) => {
    await proceed();
    return { Payload: { nonsense: true } };
  },
} satisfies Record<string, <T>(proceed: () => Promise<T>) => Promise<unknown>>;

/** A crash of a function with another caller, which receives a failure. */
const failed = {
  payload: '{"errorType":"Error","errorMessage":"ended"}',
  functionError: 'Unhandled' as const,
};
type Invoke = () => Promise<{ payload: string; functionError?: 'Unhandled' }>;

export const callFaults = {
  'crashed before its effect': async () => failed,
  'crashed after its effect': async (proceed: Invoke) => {
    await proceed();
    return failed;
  },
  'called twice': async (proceed: Invoke) => {
    await proceed();
    return proceed();
  },
} satisfies Record<string, (proceed: Invoke) => ReturnType<Invoke>>;

/** A function that ends halfway. Its earlier writes stay. */
export async function endedHalfWay<T>(proceed: () => Promise<T>): Promise<never> {
  await proceed().catch(() => undefined);
  throw named('Lambda.Unknown', 'The function ended half-way');
}
export async function callEndedHalfWay(proceed: Invoke): ReturnType<Invoke> {
  await proceed();
  return failed;
}

/** How often a wake-up is sent and an event is delivered. */
export const timesSent = { lost: 0, doubled: 2 };

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
