import { faultOf, type Logger } from '../logger.js';

/** Linux numbers of the option; the same on all its common processors. */
const socketLevel = 1;
const lingerOption = 13;

/**
 * On a one-way transport the end of the connection is the acknowledgement, and the system ends the connections of a
 * process that was killed: its peers would take messages for received that never reached the disk. With a linger time of
 * zero, set here on the listening socket and inherited by its connections, the system resets them instead. Connections
 * that are ended in order are not affected, because by then both sides have ended.
 *
 * Resolves to `undefined` where this cannot be done, which is logged: there, whoever kills the process risks the messages
 * of the last few milliseconds.
 */
export async function loadResetOnCrash(logger: Logger): Promise<((descriptor: number) => void) | undefined> {
  if (process.platform !== 'linux') {
    logger.warn({ platform: process.platform }, 'a crash will look like an acknowledgement to one-way peers');
    return undefined;
  }
  try {
    const { default: koffi } = await import('koffi');
    const setsockopt = koffi.load(null).func('int setsockopt(int, int, int, const void *, uint32_t)');
    const lingerZero = new Int32Array([1, 0]);
    return (descriptor) => {
      const code: unknown = setsockopt(
        descriptor,
        socketLevel,
        lingerOption,
        lingerZero,
        lingerZero.byteLength,
      );
      if (code !== 0) logger.warn({ code }, 'a crash will look like an acknowledgement to one-way peers');
    };
  } catch (error) {
    logger.warn(
      { fault: faultOf(error).fault },
      'a crash will look like an acknowledgement to one-way peers',
    );
    return undefined;
  }
}
