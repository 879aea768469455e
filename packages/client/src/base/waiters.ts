/** Tells somebody who waits that it is over, and why it was in vain. */
export type Tell = (failure?: Error) => void;

/** Resolves or rejects when those in the list are told. */
export const waitIn = (waiting: Tell[]): Promise<void> =>
  new Promise((resolve, reject) => {
    waiting.push((failure) => (failure ? reject(failure) : resolve()));
  });

/** Tells all of them, or the first ones. */
export function tell(waiting: Tell[], failure?: Error, count = waiting.length): void {
  for (const one of waiting.splice(0, count)) one(failure);
}
