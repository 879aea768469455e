import { useLocation } from 'wouter';

/**
 * What stands below a page's own path, and how to go there: of `/rooms/lobby` it is `lobby`.
 *
 * @example const [room, open] = useBelow('/rooms');
 */
export function useBelow(path: string): readonly [string | undefined, (id?: string) => void] {
  const [location, go] = useLocation();
  const below = location.startsWith(`${path}/`) ? location.slice(path.length + 1) : '';
  return [below === '' ? undefined : decodeURIComponent(below), (id) => go(pathOf(path, id))];
}

export const pathOf = (path: string, id?: string): string =>
  id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
