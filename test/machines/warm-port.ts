/** All test files of a process share this. */
const shared = globalThis as { warmPort?: number };

/**
 * Starts a world on the port of the previous one in this process, if the port is free. A function with the same
 * environment is loaded once for each process (lib/local/lambda/function.ts), so it is already compiled and warm: a
 * story takes a third of the time that it takes in a new process.
 *
 * @param start starts a world on a port; 0 is any free one
 * @param endpointOf returns the endpoint of the world
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
