/**
 * Runs the work for each item, a few at a time: a tick has 30 seconds and a warm connection pool. After a failure, no
 * further item begins, and the failure is thrown after all started work has ended, so that nothing continues after a
 * failed invocation.
 */
export async function eachOf<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  width = 10,
): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of queue) {
      if (failures.length > 0) return;
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
