/** What is kept in this tab: it outlives a reload, and nothing else. */
export function kept<T>(key: string, initial: T, storage: Storage = sessionStorage): T {
  try {
    const text = storage.getItem(key);
    return text === null ? initial : (JSON.parse(text) as T);
  } catch {
    return initial;
  }
}

export function keep(key: string, value: unknown, storage: Storage = sessionStorage): void {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // There is no room for more: what is typed is on the page all the same.
  }
}
