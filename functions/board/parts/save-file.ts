/** Saves a text as the browser saves what it downloads. */
export function saveFile(name: string, type: 'text/csv' | 'text/plain', text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
