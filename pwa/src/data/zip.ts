// A zip without compression: unsent ops and photos in one file that any computer opens.

export interface ZipEntry {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const VERSION = 20;
const UTF8 = 0x800;
/** 1 January 1980: a fixed date, so that the same work makes the same file. */
const DATE = 0x21;

function header(
  signature: number,
  fields: [size: 2 | 4, value: number][],
): Uint8Array<ArrayBuffer> {
  const length = fields.reduce((sum, [size]) => sum + size, 4);
  const view = new DataView(new ArrayBuffer(length));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

/** PKZIP, method "stored"; below 4 GiB and 65,535 entries, which a tablet's outbox always is. */
export function zipOf(entries: readonly ZipEntry[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const path = new TextEncoder().encode(name);
    const size = bytes.length;
    const common: [2 | 4, number][] = [
      [2, VERSION],
      [2, UTF8],
      [2, 0],
      [2, 0],
      [2, DATE],
      [4, crc32(bytes)],
      [4, size],
      [4, size],
      [2, path.length],
      [2, 0],
    ];
    const local = header(0x04034b50, common);
    parts.push(local, path, bytes);
    const place: [2 | 4, number][] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ];
    directory.push(header(0x02014b50, [[2, VERSION], ...common, ...place]), path);
    offset += local.length + path.length + size;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = endOf(entries.length, size, offset);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** What closes the archive: how many entries, and where their directory lies. */
function endOf(n: number, size: number, offset: number): Uint8Array<ArrayBuffer> {
  return header(0x06054b50, [
    [2, 0],
    [2, 0],
    [2, n],
    [2, n],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
}
