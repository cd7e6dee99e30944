// Makes a photo small: the long edge cut to size while decoding, never a canvas of full size.
import type { ImageAnswer, ImageAsk } from "./image-messages";
import { fitted } from "./image-messages";

const QUALITY = 0.75;
const THUMB_EDGE = 320;
const THUMB_QUALITY = 0.7;

async function jpegOf(source: ImageBitmapSource, edge: number, quality: number): Promise<Blob> {
  // Sizes come from a first look that costs no pixels of a canvas.
  const look = await createImageBitmap(source, { imageOrientation: "from-image" });
  const [width, height] = fitted(look.width, look.height, edge);
  const small = await createImageBitmap(look, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: "high",
  });
  look.close();
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d", { alpha: false })?.drawImage(small, 0, 0);
  small.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality });
}

async function sizeOf(jpeg: Blob): Promise<[number, number]> {
  const look = await createImageBitmap(jpeg);
  const size: [number, number] = [look.width, look.height];
  look.close();
  return size;
}

async function answer({ id, source, edge }: ImageAsk): Promise<ImageAnswer> {
  let photo: Blob;
  try {
    photo = await jpegOf(source, edge, QUALITY);
  } catch {
    return { id, problem: "not_an_image" };
  }
  const thumb = await jpegOf(photo, THUMB_EDGE, THUMB_QUALITY);
  // Browsers that cannot encode what was asked give a PNG without a word.
  if (photo.type !== "image/jpeg" || thumb.type !== "image/jpeg") return { id, problem: "no_jpeg" };
  const bytes = await photo.arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const [width, height] = await sizeOf(photo);
  return { id, photo: { bytes, thumb: await thumb.arrayBuffer(), sha256, width, height } };
}

self.addEventListener("message", (event: MessageEvent<ImageAsk>) => {
  void answer(event.data)
    .catch((): ImageAnswer => ({ id: event.data.id, problem: "failed" }))
    .then((reply) => {
      const moved = "photo" in reply ? [reply.photo.bytes, reply.photo.thumb] : [];
      self.postMessage(reply, moved);
    });
});
