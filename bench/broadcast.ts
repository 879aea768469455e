import { inProcess, inTurn } from './measure.ts';

const broadcastVariants = ['bare ws', 'local stack'] as const;
export type BroadcastVariant = (typeof broadcastVariants)[number];

/** Deliveries a second to 1,000 sockets. Sockets and server are two processes and share the machine's cores. */
export async function benchBroadcast(runs: number): Promise<void> {
  console.error('broadcast: deliveries a second, 1,000 sockets, 20 broadcasts one after the other');
  const figures = await inTurn(broadcastVariants, runs, (variant) =>
    inProcess<number>(new URL('./broadcastClients.ts', import.meta.url), [variant]),
  );
  const [bare, stack] = [figures['bare ws'], figures['local stack']];
  console.error(
    `broadcast: bare ws ${Math.round(bare)}/s, the whole local stack ${Math.round(stack)}/s: ${Math.round((100 * stack) / bare)} % of it`,
  );
}
