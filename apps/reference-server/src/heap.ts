import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8's old space grow by a fifth between two collections; by default it may multiply where a machine has much
 * memory, and a busy server holds mostly garbage. For the whole process, and only before the heap has grown: programs
 * call it, the library does not.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20');
}
