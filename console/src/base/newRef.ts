/** A request's own key. */
export const newRef = (): string => `console-${Math.random().toString(36).slice(2, 10)}`;
