// Decodes one picture at a time, off the main thread, with the decoder that we serve ourselves.
import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { BarcodeAnswer, BarcodeAsk } from "./barcode-messages";

const FAST: ReaderOptions = {
  formats: ["QRCode"],
  tryHarder: false,
  tryInvert: false,
  tryDownscale: true,
  maxNumberOfSymbols: 1,
};
const HARD: ReaderOptions = {
  formats: ["QRCode", "DataMatrix", "Code128", "Code39"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  maxNumberOfSymbols: 4,
};

const loaded = Promise.resolve(
  prepareZXingModule({
    overrides: {
      locateFile: (path: string, prefix: string) =>
        path.endsWith(".wasm") ? wasmUrl : prefix + path,
    },
    fireImmediately: true,
  }),
);

let canvas: OffscreenCanvas | undefined;

/** One canvas for all frames: a new one each time has run tablets out of memory. */
function pixelsOf(picture: ImageBitmap): ImageData | undefined {
  const { width, height } = picture;
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(picture, 0, 0);
  picture.close();
  return context?.getImageData(0, 0, width, height);
}

async function answer(ask: BarcodeAsk): Promise<BarcodeAnswer> {
  if (ask.what === "ready") {
    await loaded;
    return { id: ask.id, ok: true, scans: [] };
  }
  const pixels = pixelsOf(ask.picture);
  if (!pixels) return { id: ask.id, ok: false, scans: [] };
  const found = await readBarcodes(pixels, ask.hard ? HARD : FAST);
  const valid = found.filter((one) => one.isValid);
  return { id: ask.id, ok: true, scans: valid.map(({ text, format }) => ({ text, format })) };
}

self.addEventListener("message", (event: MessageEvent<BarcodeAsk>) => {
  void answer(event.data)
    .catch((): BarcodeAnswer => ({ id: event.data.id, ok: false, scans: [] }))
    .then((reply) => self.postMessage(reply));
});
