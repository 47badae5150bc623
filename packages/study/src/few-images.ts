/** Fewer images than this are no fair trial of a view: a network has hardly anything to learn from. */
export const FEW_IMAGES = 32;

/** What a reader of losses and scores must know about a training on so few images; null where there are enough. */
export function fewImagesWarning({ images, total }: { readonly images: number; readonly total?: number | undefined }): string | null {
  if (images >= FEW_IMAGES) return null;
  const count = total === undefined ? `${images} images` : `${images} of ${total} images`;
  return `only ${count} to train on: losses and scores say little about this view`;
}
