/** What the functions of a local cloud ask of AWS and WorkOS, heard at the fault switches, which every call passes on its way in. */
import type { LocalCloud } from '../../lib/local/local-cloud.ts';

/** @returns how often each operation was called meanwhile: `{ 'dynamodb.UpdateItem': 1, 'workos.authenticate': 1 }` */
export async function callsDuring(
  gatehouse: LocalCloud,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const calls: Record<string, number> = {};
  const stop = onCall(gatehouse, (name) => {
    calls[name] = (calls[name] ?? 0) + 1;
  });
  try {
    await work();
  } finally {
    stop();
  }
  return calls;
}

/** Resolves when the operation is called next, such as `workos.authenticate`: a function is in the middle of something then. */
export async function nextCallOf(gatehouse: LocalCloud, operation: string): Promise<void> {
  const called = Promise.withResolvers<void>();
  const stop = onCall(gatehouse, (name) => {
    if (name === operation) called.resolve();
  });
  await called.promise;
  stop();
}

function onCall({ faults }: LocalCloud, hear: (name: string) => void): () => void {
  const take = faults.take;
  faults.take = (target, operation) => {
    hear(`${target}.${operation}`);
    return take.call(faults, target, operation);
  };
  return () => {
    faults.take = take;
  };
}
