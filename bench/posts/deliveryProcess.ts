import { openSockets } from '../../adapters/apigateway/connect.ts';
import { deliver } from '../../core/delivery/fanOut.ts';
import { memoryRuntime } from '../../testing/memoryRuntime.ts';
import { awsSettings } from '../awsSettings.ts';
import { answer } from '../inProcess.ts';
import { peakMemory } from '../peakMemory.mjs';

const [count, endpoint = ''] = process.argv.slice(2);
const frame = JSON.stringify({ type: 'bench', payload: { body: 'x'.repeat(950) } });
let delivered = 0;
const runtime = {
  ...memoryRuntime([]),
  sockets: openSockets({ ...awsSettings, endpoint }),
  metrics: {
    add: (name: string, value: number) => {
      if (name === 'Delivered') delivered += value;
    },
    flush() {},
  },
};
const to = Array.from({ length: Number(count) }, (_, n) => `connection-${n}=`);
await deliver(runtime, { frame, to, round: 0, kind: 'event', part: '0' });
if (delivered !== to.length) throw new Error(`${delivered} of ${to.length} posts were delivered`);
answer(peakMemory());
