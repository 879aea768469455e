import type { Sockets } from '../../core/ports.ts';
import { type Faulty, struck } from './plan.ts';

/** Sockets that fail as API Gateway can, when the plan says so. */
export function faultySockets(sockets: Sockets, faulty: Faulty): Sockets {
  const { plan } = faulty;
  return {
    async post(connectionId, frame) {
      const fault = plan.next('post', connectionId);
      if (fault === 'gone' || fault === 'behind') return fault;
      if (fault === 'drop') return 'delivered';
      return struck(faulty, fault, () => sockets.post(connectionId, frame));
    },
    close: (connectionId) =>
      struck(faulty, plan.next('close', connectionId), () => sockets.close(connectionId)),
    probe: (connectionId) =>
      struck(faulty, plan.next('probe', connectionId), () => sockets.probe(connectionId)),
  };
}
