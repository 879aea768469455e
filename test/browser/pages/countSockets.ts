/** A WebSocket class that counts its sockets. */
export function countSockets() {
  let opened = 0;
  let open = 0;
  class CountedWebSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener('open', () => {
        opened++;
        open++;
        this.addEventListener('close', () => open--);
      });
    }
  }
  return { WebSocket: CountedWebSocket, opened: () => opened, open: () => open };
}
