/** Whether a token allows a topic, by the name that the wire has for it, as it is documented. */
export function mayFollow(wire: string, roles: readonly string[], clients: readonly string[]): boolean {
  if (wire === 'msp') return roles.includes('msp');
  // No client is called `*`.
  if (wire.startsWith('orders:'))
    return roles.includes('msp') || clients.includes(wire.slice('orders:'.length));
  if (wire.startsWith('queue:')) return roles.includes('msp') || roles.includes('service');
  if (!wire.startsWith('client:')) return true;
  return (
    roles.includes('msp') || (roles.includes('client') && clients.includes(wire.slice('client:'.length)))
  );
}
