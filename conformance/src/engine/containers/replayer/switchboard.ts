import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { createFrameReader, FrameKinds, formatFrame, type TunnelFrame } from './tunnel-frames.js';

/**
 * Holds the sockets of a partner for a run that is elsewhere: what the run says on the control connection goes out of
 * here, and what comes here goes to the run. When the run is gone, so are its sockets.
 */
export function serveRun(control: Socket): void {
  const sockets = new Map<number, Socket>();
  const listeners = new Map<number, Server>();
  const readFrames = createFrameReader();
  let calls = 0;

  const say = (...frame: Parameters<typeof formatFrame>): void => {
    if (control.writable) control.write(formatFrame(...frame));
  };

  const hold = (channel: number, socket: Socket): void => {
    sockets.set(channel, socket);
    socket.setNoDelay();
    socket.on('data', (octets) => say(FrameKinds.data, channel, octets));
    socket.on('end', () => say(FrameKinds.end, channel));
    socket.on('error', (error) => say(FrameKinds.reset, channel, error.message));
    socket.on('close', () => sockets.delete(channel));
  };

  const listen = (channel: number): void => {
    const listener = createServer({ allowHalfOpen: true }, (socket) => {
      calls += 2;
      const call = calls;
      say(FrameKinds.call, call, String(channel));
      hold(call, socket);
    });
    listeners.set(channel, listener);
    listener.on('error', (error) => say(FrameKinds.reset, channel, error.message));
    listener.listen(0, () => {
      const address = listener.address();
      if (address && typeof address === 'object') say(FrameKinds.listening, channel, String(address.port));
    });
  };

  const connect = (channel: number, target: string): void => {
    const at = target.lastIndexOf(':');
    const socket = openSocket({
      host: target.slice(0, at),
      port: Number(target.slice(at + 1)),
      allowHalfOpen: true,
    });
    hold(channel, socket);
    socket.on('connect', () => say(FrameKinds.connected, channel));
  };

  const obey = ({ kind, channel, payload }: TunnelFrame): void => {
    const socket = sockets.get(channel);
    if (kind === FrameKinds.listen) listen(channel);
    else if (kind === FrameKinds.unlisten) listeners.get(channel)?.close();
    else if (kind === FrameKinds.connect) connect(channel, payload.toString());
    else if (kind === FrameKinds.data) socket?.write(payload);
    else if (kind === FrameKinds.end) socket?.end();
    else if (kind === FrameKinds.reset) socket?.resetAndDestroy();
  };

  control.setNoDelay();
  control.on('data', (chunk) => {
    try {
      for (const frame of readFrames(chunk)) obey(frame);
    } catch {
      control.destroy();
    }
  });
  control.on('error', () => control.destroy());
  control.on('end', () => control.end());
  control.on('close', () => {
    for (const listener of listeners.values()) listener.close();
    for (const socket of sockets.values()) socket.destroy();
  });
}
