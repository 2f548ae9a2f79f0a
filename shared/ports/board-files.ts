/** The built page: a handful of small files. */
export interface BoardFiles {
  /** `undefined` for a name that the build did not make. */
  read(name: string): Promise<BoardFile | undefined>;
}

export interface BoardFile {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
}
