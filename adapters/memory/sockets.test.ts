import { describe, expect, it } from 'vitest';
import { socketsContract } from '../sockets.contract.ts';
import { memorySockets } from './sockets.ts';

describe('the memory sockets', () => {
  socketsContract(async () => {
    const sockets = memorySockets();
    return {
      sockets,
      open: (id) => sockets.open(id),
      drop: sockets.drop,
      fill: (id) => sockets.script(id, 'behind'),
      fail: (id) => sockets.script(id, new Error('scripted')),
      frames: sockets.frames,
      stop: async () => {},
    };
  });

  it('each frame is heard as it arrives', async () => {
    const sockets = memorySockets();
    const heard: string[] = [];
    sockets.open('a', (frame) => heard.push(frame));
    await sockets.post('a', 'one');
    expect(heard).toEqual(['one']);
    expect(sockets.opened()).toEqual(['a']);
  });

  it('a scripted post comes to what was scripted, once, and a lost answer can be one that arrived', async () => {
    const sockets = memorySockets();
    sockets.open('a');
    sockets.script('a', 'gone', 'delivered');
    sockets.drop('b');
    expect([
      await sockets.post('a', '1'),
      await sockets.post('a', '2'),
      await sockets.post('a', '3'),
    ]).toEqual(['gone', 'delivered', 'delivered']);
    expect(sockets.frames('a')).toEqual(['2', '3']);
  });
});
