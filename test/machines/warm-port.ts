/** Shared by all test files of a process. */
const shared = globalThis as { warmPort?: number };

/**
 * Starts a world on the port of the one before it in this process, where that is free. A function with the same
 * environment is loaded once for each process (lib/local/lambda/function.ts), so it is compiled and warm already: a
 * story takes a third of the time that it takes in a fresh process.
 *
 * @param start brings a world up on a port; 0 is any free one
 * @param endpointOf the endpoint that it got
 */
export async function onWarmPort<T>(
  start: (port: number) => Promise<T>,
  endpointOf: (started: T) => string,
): Promise<T> {
  const { warmPort = 0 } = shared;
  const started = await start(warmPort).catch((error: NodeJS.ErrnoException) => {
    if (warmPort === 0 || error.code !== 'EADDRINUSE') throw error;
    return start(0);
  });
  shared.warmPort ??= Number(new URL(endpointOf(started)).port);
  return started;
}
