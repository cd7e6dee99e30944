// What the decoder's worker is asked and answers.

/** Code found in a picture. `format` is QRCode, Code128, …; `text` as printed, untouched. */
export interface Scan {
  text: string;
  format: string;
}

export type BarcodeAsk =
  | { id: number; what: "ready" }
  | { id: number; what: "read"; picture: ImageBitmap; hard: boolean };

export interface BarcodeAnswer {
  id: number;
  ok: boolean;
  scans: Scan[];
}
