/** Whether a process is alive. */
import { readFileSync } from 'node:fs';

/** One that has ended counts as gone, whether or not its parent (in a container, perhaps nobody) has taken notice. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !/\) Z /.test(readState(pid));
}

/** Empty on a system without `/proc`, and for one that ended this moment: the next look tells. */
function readState(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** Resolves when none of them is left. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 20));
}
