/** The part of dynalite that we use; the package has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** How long a new table is in the state CREATING. */
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** A DynamoDB in memory, not yet listening. */
  export default function dynalite(options?: Options): Server;
}
