/**
 * Waits for all of them, also where one fails: what is still under way could otherwise come after what the failure leads to.
 *
 * @throws the first error, after all have ended.
 */
export async function settleAll<const T extends readonly Promise<unknown>[]>(
  all: T,
): Promise<{ -readonly [N in keyof T]: Awaited<T[N]> }> {
  await Promise.allSettled(all);
  return Promise.all(all);
}
