/** A WebSocket class that counts its sockets, and tells when there is one more or less. */
export function countSockets(onChange: () => void) {
  let opened = 0;
  let open = 0;
  class CountedWebSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener('open', () => {
        opened++;
        open++;
        this.addEventListener('close', () => {
          open--;
          onChange();
        });
        onChange();
      });
    }
  }
  return { WebSocket: CountedWebSocket, opened: () => opened, open: () => open };
}
