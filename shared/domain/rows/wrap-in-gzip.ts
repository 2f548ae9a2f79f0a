import { crc32 } from 'node:zlib';

/** gzip of RFC 1952: magic number, deflate, and nothing about file, time or system. */
const HEAD = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/** One stored block, the last (RFC 1951): its length and the length's complement follow. */
const STORED_BLOCK = 1;
const MAX_BLOCK_BYTES = 65_535;

/**
 * A short text as gzip that compresses nothing: whoever reads gzip reads it. To set up the compression of a kilobyte takes longer
 * than all else that is done with it.
 */
export function wrapInGzip(text: string): Uint8Array {
  const content = Buffer.from(text, 'utf8');
  if (content.length > MAX_BLOCK_BYTES) throw new Error(`Cannot wrap ${content.length} bytes as one block`);
  const bytes = Buffer.allocUnsafe(HEAD.length + 5 + content.length + 8);
  bytes.set(HEAD);
  let at = bytes.writeUInt8(STORED_BLOCK, HEAD.length);
  at = bytes.writeUInt16LE(content.length, at);
  at = bytes.writeUInt16LE(MAX_BLOCK_BYTES - content.length, at);
  at += content.copy(bytes, at);
  at = bytes.writeUInt32LE(crc32(content), at);
  bytes.writeUInt32LE(content.length, at);
  return bytes;
}
