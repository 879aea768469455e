import type { Sockets } from '../../core/ports.ts';
import { type Faulty, failing } from './plan.ts';

/** Sockets that fail as API Gateway can, when the plan says so. */
export function faultySockets(sockets: Sockets, faulty: Faulty): Sockets {
  const { plan } = faulty;
  return {
    async post(connectionId, frame) {
      const fault = plan.next('post', connectionId);
      if (fault === 'gone') return 'gone';
      if (fault === 'throttled' || fault === 'buffer-full') return 'behind';
      if (fault === 'drop') return 'delivered';
      return failing(faulty, fault, () => sockets.post(connectionId, frame));
    },
    close: (connectionId) =>
      failing(faulty, plan.next('close', connectionId), () => sockets.close(connectionId)),
    probe: (connectionId) =>
      failing(faulty, plan.next('probe', connectionId), () => sockets.probe(connectionId)),
  };
}
