import type { WebSocketGateway } from '@tidings/gateway';
import type { Rows } from '../database/rows.ts';
import type { Observer } from '../metrics/observer.ts';
import { readTenants } from '../metrics/tenants.ts';
import { BadInput, onlyKnown } from './httpJson.ts';
import type { Routes } from './localApi.ts';

export interface ConsoleParts {
  readonly observer: Pick<Observer, 'metrics' | 'refusals'>;
  readonly rows: Pick<Rows, 'all' | 'people'>;
  readonly webSocket: Pick<WebSocketGateway, 'cut'>;
}

/** What the console asks of a laptop, whose user is every tenant's admin and whoever runs the stage. */
export const consoleRoutes = ({ observer, rows, webSocket }: ConsoleParts): Routes => ({
  'GET /tenants': () => readTenants(rows),
  'GET /metrics'(input) {
    onlyKnown(input, ['since']);
    const since = Number(input.since ?? 0);
    if (!(since >= 0)) throw new BadInput('"since" must be a time: milliseconds since 1970.');
    return observer.metrics(since);
  },
  'GET /refusals': () => ({ refusals: observer.refusals() }),
  'POST /kill'(input) {
    onlyKnown(input, ['connectionId']);
    const { connectionId } = input;
    if (connectionId === undefined) return { killed: webSocket.cut() };
    const killed = typeof connectionId === 'string' ? webSocket.cut(connectionId) : 0;
    if (killed === 0) throw new BadInput('"connectionId" must be that of an open connection.');
    return { killed };
  },
});
