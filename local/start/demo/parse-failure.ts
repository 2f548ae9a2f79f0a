/** What Node says about a command line, without its advice, as one sentence with the way to the help. */
export function parseFailure(cause: unknown, command: string): Error {
  const [reason = ''] = String(cause)
    .replace(/^[^:]*: /, '')
    .split('. ');
  return new Error(`Cannot read the command line: ${reason}; ${command} -- --help lists the options`, { cause });
}
