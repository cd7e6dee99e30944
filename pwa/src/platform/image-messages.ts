// What the photo worker is asked and answers, and how large a photo becomes.

export interface ShrunkPhoto {
  bytes: ArrayBuffer;
  thumb: ArrayBuffer;
  sha256: string;
  width: number;
  height: number;
}

export type ImageProblem = "not_an_image" | "no_jpeg" | "failed";

export interface ImageAsk {
  id: number;
  source: Blob | ImageBitmap;
  edge: number;
}

export type ImageAnswer =
  | { id: number; photo: ShrunkPhoto }
  | { id: number; problem: ImageProblem };

/** Width and height whose longer is at most `edge`; a small picture is not made larger. */
export function fitted(width: number, height: number, edge: number): [number, number] {
  const by = Math.min(1, edge / Math.max(width, height));
  return [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))];
}
