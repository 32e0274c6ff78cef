/** One line per request, in the format that the stage's template asks for. */

/** Values of `$context` variables, by name; what is not known of a request is `-`. */
export type ContextVariables = Readonly<Record<string, string | number | undefined>>;

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export function formatAccessLog(format: string, variables: ContextVariables): string {
  return format.replaceAll(/\$context\.(\w+(?:\.\w+)*)/g, (_, name: string) => {
    // Escaped, so that a format of JSON gives JSON whatever a client wrote into its User-Agent.
    return JSON.stringify(String(variables[name] ?? '-')).slice(1, -1);
  });
}
