/** How far a scheduled job has come, kept between its runs (Jobs). */

export interface JobProgress<State> {
  /** Consistent. */
  read(job: string): Promise<{ readonly state: State; readonly version: number } | undefined>;
  /** @param replaces the version that was read; `undefined` where there was none. @returns `false` when another run was faster. */
  write(job: string, state: State, replaces: number | undefined): Promise<boolean>;
}
