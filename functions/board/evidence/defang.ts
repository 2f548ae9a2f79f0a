/** `hxxps://evil[.]example/pay`, `kim[@]evil[.]example`: no program makes a link of it, and the board's search reads it. */
export function defang(text: string): string {
  const [, scheme = '', rest = text] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(text) ?? [];
  const [host = '', ...path] = rest.split(/(?=[/?#])/);
  const dead = host
    .replaceAll('.', '[.]')
    .replace(/@/g, '[@]')
    .replace(/:(?=[0-9a-f]*:)/gi, '[:]');
  return `${scheme.replace(/^http/i, 'hxxp').replace(/^ftp/i, 'fxp')}${dead}${path.join('')}`;
}
