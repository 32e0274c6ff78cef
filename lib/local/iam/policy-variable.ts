/** Policy variables, which nothing here evaluates. */

/**
 * Taken literally, `${aws:username}` and the like would match only themselves, and a Deny would deny nothing.
 * @throws Error when the value holds one.
 */
export function refusePolicyVariable(where: string, value: string): void {
  if (value.includes('${')) throw new Error(`${where}: policy variables are not evaluated here: ${value}`);
}
