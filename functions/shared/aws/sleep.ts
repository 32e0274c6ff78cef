/** Waiting in a running invocation; time spent so is paid for. */
import { setTimeout } from 'node:timers/promises';

export const sleep = (ms: number): Promise<void> => setTimeout(ms);
